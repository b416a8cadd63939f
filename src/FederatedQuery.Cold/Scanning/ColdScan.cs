using FederatedQuery.Cold.Files;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning;

/// <summary>
/// The data files of one snapshot that may hold wanted rows, as a relation of DuckDB's SQL. Planned from metadata alone; readable once
/// <see cref="ColdTables.OpenAsync"/> has brought the files, until its leases are given back.
/// </summary>
public sealed class ColdScan
{
    private readonly Schema _tableSchema;
    private readonly Schema _schema;
    private IReadOnlyList<string>? _paths;

    internal ColdScan(Schema tableSchema, Schema schema, IReadOnlyList<DataFileRequest> files)
    {
        _tableSchema = tableSchema;
        _schema = schema;
        Files = files;
    }

    /// <summary>Every file that the scan reads.</summary>
    public IReadOnlyList<DataFileRequest> Files { get; }

    /// <summary>Null for a table without rows yet.</summary>
    public required long? SnapshotId { get; init; }

    /// <summary>Data files of the snapshot.</summary>
    public required long FilesTotal { get; init; }

    public int FilesRead => Files.Count;

    /// <summary>The size of the files to read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Rows of the files to read.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// Sets the variable that <see cref="SelectSql"/> reads the files' paths from. A list of thousands of paths in the statement itself would be
    /// parsed, planned and printed each time the statement is. Only for an open scan.
    /// </summary>
    public string VariableSql(string variable) =>
        $"SET VARIABLE {DuckDBSql.QuoteIdentifier(variable)} = [{string.Join(", ", Paths.Select(DuckDBSql.QuoteLiteral))}]";

    /// <summary>A SELECT of the scan's columns under their names and types; its rows are a superset of those wanted.</summary>
    public string SelectSql(string variable)
    {
        var columns = _schema.Fields.Select(field => (Field: field, Source: SourceOf(field))).ToList();
        var items = columns.Select(column =>
            $"{(column.Source is null || FilesRead == 0 ? "NULL" : DuckDBSql.QuoteIdentifier(column.Field.Name))}::{DuckDbTypes.Of(column.Field.Type)} "
            + $"AS {DuckDBSql.QuoteIdentifier(column.Field.Name)}");
        if (FilesRead == 0)
        {
            return $"SELECT {string.Join(", ", items)} WHERE false";
        }

        // Columns are found by field id, so that renamed, reordered and later added ones are right whatever the file calls them.
        var read = columns.Where(column => column.Source is not null).Select(column =>
            $"{column.Source!.Id}: {{name: {DuckDBSql.QuoteLiteral(column.Field.Name)}, type: {DuckDBSql.QuoteLiteral(DuckDbTypes.Of(column.Source.Type).ToString())}, default_value: NULL}}");
        var schema = string.Join(", ", read) is { Length: > 0 } map ? $", schema = MAP {{{map}}}" : "";
        return $"SELECT {string.Join(", ", items)} FROM read_parquet(getvariable({DuckDBSql.QuoteLiteral(variable)}){schema})";
    }

    /// <param name="paths">Of <see cref="Files"/>, in their order.</param>
    internal void Open(IReadOnlyList<string> paths) => _paths = paths;

    private IReadOnlyList<string> Paths => _paths ?? throw new InvalidOperationException("The scan's files are asked for before it is open.");

    /// <summary>The cold column of a wanted one, by name: the wanted schema is the hot table's, whose ids are its own.</summary>
    private NestedField? SourceOf(NestedField field) => _tableSchema.Fields.FirstOrDefault(source => source.Name == field.Name);
}
