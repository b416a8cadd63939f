using System.Collections.Immutable;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Logs;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>The columns of log records behind the fields of <see cref="LogRecord"/>.</summary>
internal static class LogColumns
{
    public static ImmutableArray<string> SelectedOf(IResolverContext connection) => [.. LogTable.Schema.Fields.Select(field => field.Name)];
}
