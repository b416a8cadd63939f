using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>Data files that are to be written anew.</summary>
public sealed record RewriteRequest
{
    /// <summary>Half a gigabyte, the default of Iceberg's <c>write.target-file-size-bytes</c>.</summary>
    public const long DefaultTargetFileBytes = 512L << 20;

    /// <summary>Files of no more rows are not cut: they are one row group, or cannot be told from one by their metadata.</summary>
    public const long LeastRows = Writing.ParquetWriter.RowGroupSize;

    /// <summary>Whose files they are, and where new ones go.</summary>
    public required CatalogTable Table { get; init; }

    /// <summary>
    /// The files with their deletes, as planned on one snapshot with the table's current schema. All of their rows are read, whatever the plan's filter was.
    /// </summary>
    public required ScanPlan Plan { get; init; }

    /// <summary>How the new files are partitioned. It may be new to the table; then a commit that adds the files must add it, under this very id.</summary>
    public required PartitionSpec Spec { get; init; }

    /// <summary>How rows are sorted within each chunk, across its files.</summary>
    public required SortOrder SortOrder { get; init; }

    /// <summary>About how large each new file becomes, where there are rows enough in its partition.</summary>
    public long TargetFileBytes { get; init; } = DefaultTargetFileBytes;

    /// <summary>
    /// At most about so many bytes of files are read at once, and lie in the staging folder as new files at once. Never more than half of the cache of data
    /// files, and of files whose rows go to several partitions never more than four times DuckDB's memory; a single file may be larger.
    /// </summary>
    public long MaxChunkBytes { get; init; } = 4 * DefaultTargetFileBytes;

    /// <summary>Rows to leave out; null: none.</summary>
    public LeftOutRows? LeaveOut { get; init; }

    /// <summary>
    /// How many files so many bytes become, about: each of 0.9 to 1.8 times the target, but for one that is alone. So what comes of a compaction is nothing to
    /// compact again.
    /// </summary>
    public static int FilesOf(long bytes, long targetFileBytes) => (int)Math.Clamp((bytes / (double)targetFileBytes) + 0.2, 1, int.MaxValue);
}
