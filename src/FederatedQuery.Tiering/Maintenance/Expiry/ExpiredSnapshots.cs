namespace FederatedQuery.Tiering.Maintenance.Expiry;

/// <summary>What an expiry did.</summary>
/// <param name="Snapshots">Dropped from the table.</param>
/// <param name="Refs">Branches and tags that were too old.</param>
/// <param name="Files">Recorded to be deleted once nobody reads them any more.</param>
/// <param name="Bytes">Of them, where their size is known.</param>
public sealed record ExpiredSnapshots(int Snapshots, int Refs, long Files, long Bytes)
{
    public static ExpiredSnapshots None { get; } = new(0, 0, 0, 0);
}
