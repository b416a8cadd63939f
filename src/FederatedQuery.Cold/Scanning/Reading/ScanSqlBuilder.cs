using System.Globalization;
using FederatedQuery.Cold.Scanning.Deletes;
using FederatedQuery.Cold.Scanning.Schemas;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>
/// The rows of a scan as DuckDB's SQL: data files less what their deletes delete. Files are grouped by what they need, so that those without deletes are read
/// as if the table had none.
/// </summary>
internal sealed class ScanSqlBuilder
{
    private const string File = "file";
    private const string FilePath = "path";
    private const string Position = "pos";
    private const string SequenceNumber = "seq";
    private const string Partition = "part";
    private const string FirstRowId = "first_row_id";
    private const string DeleteFileNumber = "number";
    private const string BigInt = "BIGINT";

    private readonly TableScan _scan;
    private readonly StatementVariables _variables;
    private readonly ParquetRelation _relation;
    private readonly IReadOnlyDictionary<DataFile, ReadableFile> _deleteFiles;
    private readonly TableMetadata _table;
    private readonly NameMapping? _mapping;
    private readonly Func<IReadOnlyList<(int, Iceberg.Puffin.RoaringPositions)>, long> _register;
    private readonly Func<string, IReadOnlyList<string>> _spellings;
    private readonly DeleteScope _scopes = new();

    /// <param name="scan">Whose rows.</param>
    /// <param name="variables">Gets what the statement refers to.</param>
    /// <param name="deleteFiles">Position and equality delete files, as they are read.</param>
    /// <param name="register">Makes deletion vectors known to <see cref="DeletedPositionsFunction"/>.</param>
    /// <param name="spellings">All ways in which delete files may name a data file.</param>
    public ScanSqlBuilder(
        TableScan scan,
        StatementVariables variables,
        IReadOnlyDictionary<DataFile, ReadableFile> deleteFiles,
        Func<IReadOnlyList<(int File, Iceberg.Puffin.RoaringPositions Positions)>, long> register,
        Func<string, IReadOnlyList<string>> spellings)
    {
        _scan = scan;
        _table = scan.Table;
        _variables = variables;
        _deleteFiles = deleteFiles;
        _register = register;
        _spellings = spellings;
        _mapping = NameMapping.Of(scan.Table);
        _relation = new ParquetRelation(variables, scan.Schema, _mapping);
    }

    /// <param name="files">At least one.</param>
    /// <param name="columns">What to give, in order.</param>
    public string Select(IReadOnlyList<ScanFile> files, IReadOnlyList<ScanColumn> columns)
    {
        var groups = files.GroupBy(file => string.Join('|', EqualityDeletes.In(file.Task).Select(delete => EqualityDeletes.Of(_table, delete.File).ToString())
            .Distinct().Order(StringComparer.Ordinal).Prepend(HasPositionDeletes(file) ? "positions" : "")));
        return string.Join(" UNION ALL ", groups.Select(group => SelectGroup([.. group], columns)));
    }

    private static bool HasPositionDeletes(ScanFile file) => file.Task.Deletes.Any(delete => delete.File.Content == FileContent.PositionDeletes);

    private string SelectGroup(List<ScanFile> files, IReadOnlyList<ScanColumn> columns)
    {
        var byFile = files.ToDictionary(file => file.File);
        var read = columns.Select((column, i) => column.Source is { } source && !IsOfPlace(column) ? ReadColumn.Of(Alias(i), source) : null).OfType<ReadColumn>().ToList();
        var constants = new List<FileConstant>();
        var position = columns.Any(column => column.Metadata is MetadataValue.RowId or MetadataValue.RowPosition) ? Position : null;
        if (columns.Any(column => column.Metadata == MetadataValue.RowId))
        {
            constants.Add(Constant(FirstRowId, file => file.Task.File.FirstRowId));
        }

        if (columns.Any(column => column.Metadata == MetadataValue.FilePath))
        {
            constants.Add(new FileConstant(FilePath, "VARCHAR", file => DuckDBSql.QuoteLiteral(file.Location)));
        }

        var joins = new List<string>();
        if (HasPositionDeletes(files[0]))
        {
            position = Position;
            constants.Add(Constant(File, file => file.Number));
            joins.Add($"ANTI JOIN ({PositionDeletes(files)}) AS deleted ON data.{File} = deleted.{File} AND data.{Position} = deleted.{Position}");
        }

        var equality = files.SelectMany(file => EqualityDeletes.In(file.Task)).Select(delete => delete).DistinctBy(delete => delete.File)
            .GroupBy(delete => EqualityDeletes.Of(_table, delete.File)).ToList();
        if (equality.Count > 0 || columns.Any(column => column.Metadata == MetadataValue.LastUpdatedSequenceNumber))
        {
            constants.Add(Constant(SequenceNumber, file => file.Task.SequenceNumber));
        }

        if (equality.Exists(deletes => !deletes.Key.IsGlobal))
        {
            constants.Add(Constant(Partition, file => _scopes.Of(file.Task.File)));
        }

        foreach (var (number, deletes) in equality.Index())
        {
            var keys = deletes.Key.Columns(_table, _scan.Schema);
            read.AddRange(keys.Where(key => read.TrueForAll(known => known.Alias != key.Alias)));
            joins.Add(AntiJoin(string.Create(CultureInfo.InvariantCulture, $"deleted_{number}"), deletes.Key, keys, [.. deletes]));
        }

        var relation = _relation.Select([.. files.Select(file => file.File)], read, constants, position);
        return $"SELECT {string.Join(", ", columns.Select((column, i) => Output(column, Alias(i))))} FROM ({relation}) AS data{string.Concat(joins.Select(join => " " + join))}";

        FileConstant Constant(string alias, Func<ScanFile, long?> value) =>
            new(alias, BigInt, file => value(byFile[file])?.ToString(CultureInfo.InvariantCulture) ?? "NULL");
    }

    /// <summary>Not in any file.</summary>
    private static bool IsOfPlace(ScanColumn column) => column.Metadata is MetadataValue.FilePath or MetadataValue.RowPosition;

    private static string Output(ScanColumn column, string alias)
    {
        var value = column.Metadata switch
        {
            MetadataValue.RowId => $"coalesce(data.{alias}, data.{FirstRowId} + data.{Position})",
            MetadataValue.LastUpdatedSequenceNumber => $"coalesce(data.{alias}, data.{SequenceNumber})",
            MetadataValue.FilePath => $"data.{FilePath}",
            MetadataValue.RowPosition => $"data.{Position}",
            _ => column.Source is null ? "NULL" : $"data.{alias}",
        };
        return $"{value}::{column.Type} AS {DuckDBSql.QuoteIdentifier(column.Name)}";
    }

    /// <summary>Numbers of data files with positions: from deletion vectors, and from delete files by the paths in them.</summary>
    private string PositionDeletes(List<ScanFile> files)
    {
        var parts = new List<string>();
        var vectors = files.Where(file => file.DeletionVector is not null).Select(file => (file.Number, file.DeletionVector!)).ToList();
        if (vectors.Count > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"SELECT {DeletedPositionsFunction.FileColumn} AS {File}, {DeletedPositionsFunction.PositionColumn} AS {Position} FROM {DeletedPositionsFunction.FunctionName}({_register(vectors)})"));
        }

        var byPath = files.Where(file => file.DeletionVector is null).ToList();
        var deletes = byPath.SelectMany(file => file.Task.Deletes).Where(delete => delete.File.Content == FileContent.PositionDeletes).DistinctBy(delete => delete.File).ToList();
        if (deletes.Count > 0)
        {
            parts.Add(DeletesByPath(byPath, deletes));
        }

        return string.Join(" UNION ALL ", parts);
    }

    /// <summary>A delete holds for the data files that it is attached to alone, even should it name others.</summary>
    private string DeletesByPath(List<ScanFile> files, List<DeleteFile> deletes)
    {
        var numbers = deletes.Select((delete, i) => (delete.File, Number: i)).ToDictionary(item => item.File, item => item.Number);
        var numberOf = deletes.Select((delete, i) => (Key: _deleteFiles[delete.File], Number: i)).ToDictionary(item => item.Key, item => item.Number);
        foreach (var delete in deletes)
        {
            CheckHas(_deleteFiles[delete.File], "position", [MetadataColumns.DeleteFilePath, MetadataColumns.DeletePosition]);
        }

        var relation = _relation.Select(
            [.. deletes.Select(delete => _deleteFiles[delete.File])],
            [ReadColumn.Of("path", MetadataColumns.DeleteFilePath), ReadColumn.Of(Position, MetadataColumns.DeletePosition)],
            [new FileConstant(DeleteFileNumber, BigInt, file => numberOf[file].ToString(CultureInfo.InvariantCulture))],
            positionAlias: null);
        var pairs = files.SelectMany(file => file.Task.Deletes
            .Where(delete => numbers.ContainsKey(delete.File))
            .SelectMany(delete => _spellings(file.Task.File.FilePath).Select(path => string.Create(
                CultureInfo.InvariantCulture, $"{{'{DeleteFileNumber}': {numbers[delete.File]}::{BigInt}, '{File}': {file.Number}::{BigInt}, 'path': {DuckDBSql.QuoteLiteral(path)}}}"))));
        var named = _variables.Add($"[{string.Join(", ", pairs)}]");
        return $"SELECT named.{File}, position_deletes.{Position} FROM ({relation}) AS position_deletes JOIN (SELECT unnest({named}, max_depth := 2)) AS named "
            + $"ON position_deletes.{DeleteFileNumber} = named.{DeleteFileNumber} AND position_deletes.path = named.path";
    }

    /// <summary>
    /// Null equals null. Of deletes of one key the newest counts, so that a key which was written again and again, as by streams of upserts, is one row to
    /// compare with.
    /// </summary>
    private string AntiJoin(string alias, EqualityDeletes kind, IReadOnlyList<ReadColumn> keys, List<DeleteFile> deletes)
    {
        var byFile = deletes.ToDictionary(delete => _deleteFiles[delete.File]);
        foreach (var file in byFile.Keys)
        {
            CheckHas(file, "equality", keys.Select(key => key.Column));
        }

        var constants = new List<FileConstant> { new(SequenceNumber, BigInt, file => byFile[file].SequenceNumber.ToString(CultureInfo.InvariantCulture)) };
        if (!kind.IsGlobal)
        {
            constants.Add(new FileConstant(Partition, BigInt, file => _scopes.Of(byFile[file].File).ToString(CultureInfo.InvariantCulture)));
        }

        var grouped = keys.Select(key => key.Alias).Concat(kind.IsGlobal ? [] : [Partition]).ToList();
        var relation = _relation.Select([.. byFile.Keys], keys, constants, positionAlias: null);
        var conditions = keys.Select(key => $"data.{key.Alias} IS NOT DISTINCT FROM {alias}.{key.Alias}")
            .Append($"data.{SequenceNumber} < {alias}.{SequenceNumber}")
            .Concat(kind.IsGlobal ? [] : [$"data.{Partition} = {alias}.{Partition}"]);
        return $"ANTI JOIN (SELECT {string.Join(", ", grouped)}, max({SequenceNumber}) AS {SequenceNumber} FROM ({relation}) AS equality_deletes GROUP BY {string.Join(", ", grouped)}) AS {alias} "
            + $"ON {string.Join(" AND ", conditions)}";
    }

    /// <summary>A column that the file lacks would be null in all of its rows, which then delete other rows than their writer meant, or none.</summary>
    private void CheckHas(ReadableFile file, string kind, IEnumerable<NestedField> columns)
    {
        var resolver = new ColumnResolver(file.Schema, _scan.Schema, _mapping, file.Location);
        if (columns.FirstOrDefault(column => resolver.FindColumn(column) is null) is { } missing)
        {
            throw new IcebergException(
                IcebergErrorKind.InvalidFile, $"The {kind} delete file '{file.Location}' has no column for field {missing.Id} ('{missing.Name}').");
        }
    }

    private static string Alias(int index) => string.Create(CultureInfo.InvariantCulture, $"column_{index}");
}
