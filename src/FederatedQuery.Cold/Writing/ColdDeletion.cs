namespace FederatedQuery.Cold.Writing;

/// <summary>What a deletion of cold rows did.</summary>
/// <param name="Rows">Deleted, exactly.</param>
/// <param name="FilesRemoved">Data files that left the table as a whole.</param>
/// <param name="DeleteFiles">Position delete files that were added.</param>
/// <param name="SnapshotId">The snapshot without the rows; null when there were none.</param>
public sealed record ColdDeletion(long Rows, int FilesRemoved, int DeleteFiles, long? SnapshotId)
{
    public static ColdDeletion Nothing { get; } = new(0, 0, 0, null);
}
