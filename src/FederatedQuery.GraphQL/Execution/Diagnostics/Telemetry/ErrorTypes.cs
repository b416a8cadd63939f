using System.Collections.Concurrent;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>Error codes as values of <c>error.type</c>. Resolvers make codes up: only the first hundred are told apart.</summary>
internal sealed class ErrorTypes
{
    private const int Most = 100;

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    public string Of(GraphQLError error)
    {
        if (error.Code is not { } code)
        {
            return TelemetryNames.OtherError;
        }

        return _known.TryGetValue(code, out var known) ? known
            : _known.Count < Most ? _known.GetOrAdd(code, code)
            : TelemetryNames.OtherError;
    }
}
