namespace FederatedQuery.Tiering.Maintenance.Settings;

/// <summary>How a table is maintained: its own settings, where it has none its properties, and the gateway's in place of both.</summary>
/// <param name="IsEnabled">Whether it is maintained by itself. By request it is in any case.</param>
/// <param name="IsCompacted">Whether files are rewritten.</param>
/// <param name="SnapshotRetentionDays">The table's own setting; null: its properties count, or the gateway's setting.</param>
/// <param name="TargetFileBytes">How large compaction makes files.</param>
public sealed record MaintenanceSettings(bool IsEnabled, bool IsCompacted, int? SnapshotRetentionDays, long TargetFileBytes);
