using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>No field is streamed that another selection asks for too: it would be unclear which items which of them has got (incremental delivery).</summary>
internal static class StreamConflicts
{
    /// <summary>Why the two cannot be merged, or null.</summary>
    public static string? Find(FieldNode left, FieldNode right)
    {
        var (leftStream, rightStream) = (IncrementalDirectives.FindStream(left.Directives), IncrementalDirectives.FindStream(right.Directives));
        if (leftStream is null && rightStream is null)
        {
            return null;
        }

        return leftStream is not null && rightStream is not null && SameArguments.AreSame(leftStream.Arguments, rightStream.Arguments)
            ? "they have overlapping stream directives. See https://github.com/graphql/defer-stream-wg/discussions/100"
            : "they have overlapping stream directives";
    }
}
