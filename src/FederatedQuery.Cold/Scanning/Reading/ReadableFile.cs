using FederatedQuery.Cold.Scanning.Schemas;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>A Parquet data or delete file on local disk.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Location">What the manifest calls it, for errors.</param>
/// <param name="Schema">Its columns.</param>
/// <param name="Metrics">What the manifest says of its rows.</param>
/// <param name="Spec">What <paramref name="Partition"/> is of.</param>
/// <param name="Partition">Values of columns that the file itself may lack.</param>
internal sealed record ReadableFile(string Path, string Location, FileSchema Schema, FileMetrics Metrics, PartitionSpec Spec, PartitionData Partition);
