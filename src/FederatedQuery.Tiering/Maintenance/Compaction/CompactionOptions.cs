using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Maintenance.Compaction;

/// <summary>What is worth being rewritten, and in which portions. The defaults are about those of Iceberg's own <c>rewrite_data_files</c>.</summary>
public sealed record CompactionOptions
{
    private const long MaximumTargetBytes = 2048L << 20;

    /// <summary>About how large files become, in bytes. Null: as the table property <c>write.target-file-size-bytes</c> says, else 512 MiB.</summary>
    public long? TargetFileBytes { get; init; }

    /// <summary>A file below this share of the target is small.</summary>
    public double MinFileShare { get; init; } = 0.75;

    /// <summary>A file above this share of the target is too large.</summary>
    public double MaxFileShare { get; init; } = 1.8;

    /// <summary>So many small files of one partition are put together, however little they hold; fewer are when they fill a file.</summary>
    public int MinInputFiles { get; init; } = 5;

    /// <summary>A file with so many delete files is rewritten.</summary>
    public int DeleteFileThreshold { get; init; } = 4;

    /// <summary>A file of which this share of rows may be deleted, as far as delete files tell how many rows they delete, is rewritten.</summary>
    public double DeletedRowShare { get; init; } = 0.1;

    /// <summary>Bytes of one group, which is rewritten at once and done again as a whole on a conflict. Null: four times the target.</summary>
    public long? MaxGroupBytes { get; init; }

    /// <summary>Groups of one commit, at most: what is committed stays done when the work is given up.</summary>
    public int GroupsPerCommit { get; init; } = 10;

    /// <summary>A commit is made earlier when so many bytes have been rewritten.</summary>
    public long BytesPerCommit { get; init; } = 8L << 30;

    internal long TargetOf(TableMetadata table) => Math.Clamp(TargetFileBytes ?? table.TargetFileBytes(RewriteRequest.DefaultTargetFileBytes), 1, MaximumTargetBytes);
}
