using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Hot.Control.Maintenance;

/// <summary>How one cold table is maintained, as far as somebody has said so; null: not said, the gateway's settings count.</summary>
public sealed record TableMaintenance
{
    public required TableIdentifier Table { get; init; }

    /// <summary>Whether it is maintained by itself.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether maintenance rewrites files.</summary>
    public bool? Compaction { get; init; }

    /// <summary>How old snapshots become before they expire.</summary>
    public int? SnapshotRetentionDays { get; init; }

    /// <summary>How large compaction makes files.</summary>
    public int? TargetFileSizeMb { get; init; }
}
