namespace FederatedQuery.Cold.Writing;

/// <summary>A Parquet file on local disk, not yet part of any table.</summary>
/// <param name="Statistics">By field id; nested columns by the id of their leaf.</param>
internal sealed record WrittenFile(string LocalPath, long RecordCount, long SizeBytes, IReadOnlyDictionary<int, ColumnStatistics> Statistics);
