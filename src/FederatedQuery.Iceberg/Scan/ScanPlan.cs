using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Iceberg.Scan;

/// <summary>The files a scan must read, in the order of the manifests, and what planning looked at.</summary>
public sealed record ScanPlan
{
    public required TableScan Scan { get; init; }

    /// <summary>The scan's filter, bound to its schema.</summary>
    public required BoundExpression Filter { get; init; }

    public required ImmutableArray<ScanTask> Tasks { get; init; }

    /// <summary>Data manifests of the snapshot.</summary>
    public int ManifestsTotal { get; init; }

    /// <summary>Data manifests that had to be looked into.</summary>
    public int ManifestsRead { get; init; }

    /// <summary>Data files of the snapshot.</summary>
    public long FilesTotal { get; init; }

    /// <summary>Data files that partition values alone leave over.</summary>
    public long FilesInMatchingPartitions { get; init; }

    public int FilesSelected => Tasks.Length;

    /// <summary>Bytes of the selected data files, deletes not counted.</summary>
    public long BytesSelected => Tasks.Sum(task => task.File.FileSizeInBytes);

    /// <summary>Rows in the selected data files before deletes and filter.</summary>
    public long RecordsSelected => Tasks.Sum(task => task.File.RecordCount);

    /// <summary>Delete files that at least one selected data file needs.</summary>
    public int DeleteFilesSelected => Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File).Distinct().Count();
}
