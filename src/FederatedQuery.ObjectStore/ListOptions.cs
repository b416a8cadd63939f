namespace FederatedQuery.ObjectStore;

/// <summary>How a listing is paged.</summary>
public sealed record ListOptions
{
    public const int MaxPageSize = 1000;

    public static ListOptions Default { get; } = new();

    /// <summary>Objects per page, 1 to 1,000 (S3's limit).</summary>
    public int PageSize
    {
        get;
        init => field = value is >= 1 and <= MaxPageSize
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PageSize), value, $"A page holds 1 to {MaxPageSize} objects.");
    } = MaxPageSize;

    /// <summary><see cref="ObjectPage.ContinuationToken"/> of an earlier page of the same prefix; null begins at the first object.</summary>
    public string? ContinuationToken { get; init; }
}
