namespace FederatedQuery.Tiering.Maintenance.DroppedFiles;

/// <summary>What a round of <see cref="DroppedFileCleaner"/> did.</summary>
/// <param name="Deleted">Files that are gone from the store.</param>
/// <param name="Bytes">Of them, where their size was known.</param>
/// <param name="Scheduled">Files that were seen to be dropped, whose time was set.</param>
/// <param name="Kept">Files that the table names after all, and what is not its own to delete: forgotten.</param>
/// <param name="Failed">Files that the store did not delete: tried again next time.</param>
public readonly record struct CleanedFiles(long Deleted, long Bytes, long Scheduled, long Kept, long Failed)
{
    public static CleanedFiles operator +(CleanedFiles left, CleanedFiles right) => new(
        left.Deleted + right.Deleted, left.Bytes + right.Bytes, left.Scheduled + right.Scheduled, left.Kept + right.Kept, left.Failed + right.Failed);
}
