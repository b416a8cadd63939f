using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Hot.Control.Mutations;

namespace FederatedQuery.Gateway.Resolvers;

[GraphQLDescription("What may be done to rows.")]
internal enum RowMutation
{
    Insert,
    Update,
    Delete,
}

internal static class RowMutationLists
{
    public static RowMutations ToFlags(this IEnumerable<RowMutation> mutations) => mutations.Aggregate(RowMutations.None, (all, one) => all | FlagOf(one));

    public static IReadOnlyList<RowMutation> ToList(this RowMutations mutations) => [.. Enum.GetValues<RowMutation>().Where(one => mutations.HasFlag(FlagOf(one)))];

    private static RowMutations FlagOf(RowMutation mutation) => mutation switch
    {
        RowMutation.Insert => RowMutations.Insert,
        RowMutation.Update => RowMutations.Update,
        _ => RowMutations.Delete,
    };
}
