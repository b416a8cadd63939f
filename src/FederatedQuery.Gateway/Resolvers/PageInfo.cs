namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Where a page lies among all rows.</summary>
internal sealed record PageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor)
{
    public static PageInfo Empty { get; } = new(HasNextPage: false, HasPreviousPage: false, null, null);
}
