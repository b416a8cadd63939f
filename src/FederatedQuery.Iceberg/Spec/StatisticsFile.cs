using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>A file of table or partition statistics that belongs to a snapshot (spec: Table Statistics, Partition Statistics).</summary>
/// <param name="Json">The whole entry as it was read, which is also what is written.</param>
public sealed record StatisticsFile(long SnapshotId, string StatisticsPath, long FileSizeInBytes, JsonElement Json);
