namespace FederatedQuery.Iceberg.Spec;

public enum SnapshotRefType
{
    Branch,
    Tag,
}

/// <summary>A branch or tag (spec: Snapshot References). The limits are for expiry; null means the table's own.</summary>
public sealed record SnapshotRef
{
    public const string MainBranch = "main";

    public SnapshotRef(long snapshotId, SnapshotRefType type)
    {
        SnapshotId = snapshotId;
        Type = type;
    }

    public long SnapshotId { get; init; }

    public SnapshotRefType Type { get; init; }

    /// <summary>Branches only.</summary>
    public int? MinSnapshotsToKeep { get; init; }

    /// <summary>Branches only.</summary>
    public long? MaxSnapshotAgeMs { get; init; }

    /// <summary>Not for the main branch, which never expires.</summary>
    public long? MaxRefAgeMs { get; init; }

    public static SnapshotRef Branch(long snapshotId) => new(snapshotId, SnapshotRefType.Branch);

    public static SnapshotRef Tag(long snapshotId) => new(snapshotId, SnapshotRefType.Tag);
}
