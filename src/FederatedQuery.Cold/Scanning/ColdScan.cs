using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning;

/// <summary>
/// The data files of one snapshot that may hold wanted rows, with their deletes, as a relation of DuckDB's SQL. Planned from metadata alone; readable once
/// <see cref="ColdScans.OpenAsync"/> has brought the files, until what that gave is disposed of.
/// </summary>
public sealed class ColdScan
{
    private string? _select;

    internal ColdScan(ScanPlan plan, IReadOnlyList<ScanColumn> columns, IReadOnlyList<DataFileRequest> files, IReadOnlyList<DataFile> deleteFiles)
    {
        Plan = plan;
        Columns = columns;
        Files = files;
        DeleteFiles = deleteFiles;
        if (FilesRead == 0)
        {
            _select = $"SELECT {string.Join(", ", columns.Select(column => $"NULL::{column.Type} AS {DuckDBSql.QuoteIdentifier(column.Name)}"))} WHERE false";
        }
    }

    /// <summary>Every file that the scan reads: data files, then delete files. Deletion vectors are read apart.</summary>
    public IReadOnlyList<DataFileRequest> Files { get; }

    /// <summary>Null for a table without rows yet.</summary>
    public long? SnapshotId => Plan.Scan.Snapshot?.SnapshotId;

    /// <summary>Data files of the snapshot.</summary>
    public long FilesTotal => Plan.FilesTotal;

    /// <summary>Data files.</summary>
    public int FilesRead => Plan.FilesSelected;

    /// <summary>The size of the data files to read.</summary>
    public long BytesRead => Plan.BytesSelected;

    /// <summary>
    /// The most bytes that the scan reads of its files, by the manifests alone: the wanted columns of data files, and deletes. A query is charged for them.
    /// </summary>
    public long BytesNeeded => ExtensionMetadataPath is not null
        ? BytesRead
        : Files.Sum(file => file.NeededBytes ?? file.Length) + DeletionVectors.Sum(vector => vector.ContentSizeInBytes ?? 0);

    /// <summary>Rows of the data files to read, deleted ones included.</summary>
    public long Rows => Plan.RecordsSelected;

    /// <summary>Statements that set the variables which <see cref="SelectSql"/> refers to, on the same connection.</summary>
    public IReadOnlyList<string> SetupSql { get; private set; } = [];

    /// <summary>
    /// A SELECT of the scan's columns under their names and types; its rows are a superset of those wanted, and none of them is deleted. Before the scan is open
    /// only where it reads no files.
    /// </summary>
    public string SelectSql => _select ?? throw new InvalidOperationException("The scan's files are asked for before it is open.");

    /// <summary>What <see cref="SelectSql"/> calls its columns.</summary>
    public IReadOnlySet<string> ColumnNames => Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>The data files one by one, in the order of the plan; each may be read by itself (<see cref="ColdTables.Part"/>) unless <see cref="IsWhole"/>.</summary>
    public IReadOnlyList<ColdFile> DataFiles => [.. Plan.Tasks.Select(task => new ColdFile(task, Plan.Scan.Schema))];

    /// <summary>
    /// Those of <see cref="DataFiles"/> of which every row is wanted, as indexes: what is known of such a file holds without reading it. Empty where there is no telling.
    /// </summary>
    public IReadOnlyList<int> FilesWithAllRows => IsWhole || !IsPredicateKnown ? [] : [.. DataFiles.Index().Where(file => file.Item.HasAllRows).Select(file => file.Index)];

    /// <summary>True when the scan is read as a whole or not at all: by DuckDB's iceberg extension.</summary>
    public bool IsWhole => ExtensionMetadataPath is not null;

    /// <summary>True when the table's metadata knows every column that the predicate names, so that what files say of the predicate is all there is to say.</summary>
    public bool IsPredicateKnown { get; internal init; }

    /// <summary>
    /// Says which columns are read of files and how: scans of the same text give the same rows for the same data file, as long as none of them is deleted. Null: there is no telling, since
    /// the table has no UUID, which only version 1 allows.
    /// </summary>
    public string? Reads => Plan.Scan.Table.TableUuid is { } table
        ? string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{table}/{Plan.Scan.Schema.SchemaId}: {string.Join(", ", Columns.Select(column => $"{column.Source?.Id} {column.Type}"))}")
        : null;

    /// <summary>A predicate over the wanted columns as files can be asked about it.</summary>
    /// <returns>True for at least the rows for which the predicate is.</returns>
    public BoundExpression Bind(Expression predicate) =>
        KnownColumns.In(predicate, Plan.Scan.Schema, NameMapping.Of(Plan.Scan.Table), Wanted).Bind(Plan.Scan.Schema);

    /// <summary>The columns asked for.</summary>
    internal IReadOnlyList<NestedField> Wanted { get; init; } = [];

    internal ScanPlan Plan { get; }

    /// <summary>The metadata file from which DuckDB's iceberg extension reads the scan; null: its files are read here.</summary>
    internal string? ExtensionMetadataPath { get; init; }

    internal IReadOnlyList<ScanColumn> Columns { get; }

    /// <summary>Position and equality delete files, in the order in which they end <see cref="Files"/>.</summary>
    internal IReadOnlyList<DataFile> DeleteFiles { get; }

    /// <summary>Those of the data files to read, each once.</summary>
    internal IEnumerable<DataFile> DeletionVectors => ExtensionMetadataPath is not null
        ? []
        : Plan.Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File).Where(file => file.IsDeletionVector).Distinct();

    internal void Open(IReadOnlyList<string> setup, string select) => (SetupSql, _select) = (setup, select);
}
