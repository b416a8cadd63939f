namespace FederatedQuery.Tiering.Maintenance.Settings;

/// <summary>How a cold table is to be maintained, as a user says it; null: as it is.</summary>
public sealed record ConfigureMaintenance
{
    /// <summary>Whether the table is maintained by itself; at first it is.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether maintenance rewrites small files and those with deleted rows; at first as COMPACTION_ENABLED says.</summary>
    public bool? Compaction { get; init; }

    /// <summary>1 to 36,500; at first as the table's properties say, or SNAPSHOT_RETENTION_DAYS.</summary>
    public int? SnapshotRetentionDays { get; init; }

    /// <summary>1 to 2,048; at first as the table's property <c>write.target-file-size-bytes</c> says, or the gateway's default.</summary>
    public int? TargetFileSizeMb { get; init; }
}
