using System.Globalization;
using FederatedQuery.Cold.Scanning.Schemas;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>
/// Parquet files of any schemas as one relation of DuckDB's SQL. Files in which DuckDB itself finds every wanted column by id are read by one call, whatever
/// else differs between them; of the others, those of one schema together.
/// </summary>
/// <param name="variables">What statements must set first.</param>
/// <param name="schema">The table's, for checks of its name mapping.</param>
/// <param name="mapping">The table's; null: it has none.</param>
internal sealed class ParquetRelation(StatementVariables variables, Schema schema, NameMapping? mapping)
{
    /// <summary>A SELECT of the columns, the constants and, if asked for, each row's place in its file, under their aliases.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="columns">Where a file lacks one: its partition's value, its initial default, or null (spec: Column Projection).</param>
    /// <param name="constants">What differs by file alone.</param>
    /// <param name="positionAlias">Null: no places.</param>
    /// <exception cref="Iceberg.IcebergException">A file's columns cannot be those of the table.</exception>
    public string Select(
        IReadOnlyList<ReadableFile> files, IReadOnlyList<ReadColumn> columns, IReadOnlyList<FileConstant> constants, string? positionAlias)
    {
        var plain = new Dictionary<(FileSchema, int), bool>();
        var groups = files.GroupBy(file => IsPlain(file) ? (null, 0) : (file.Schema, SpecIdOf(file, columns)));
        return string.Join(" UNION ALL ", groups.Select(group => group.Key.Item1 is null
            ? SelectPlain([.. group], columns, constants, positionAlias)
            : SelectConverted([.. group], columns, constants, positionAlias)));

        // There are thousands of files, and a few schemas.
        bool IsPlain(ReadableFile file)
        {
            var key = (file.Schema, file.Spec.SpecId);
            if (!plain.TryGetValue(key, out var known))
            {
                plain.Add(key, known = this.IsPlain(file, columns));
            }

            return known;
        }
    }

    private bool IsPlain(ReadableFile file, IReadOnlyList<ReadColumn> columns)
    {
        var resolver = Resolver(file);
        if (!resolver.IsById)
        {
            return false;
        }

        var sql = new ColumnSql(resolver, file.Location);
        return columns.All(column => column.Path.Length == 1 && (resolver.FindColumn(column.Column) is { } found
            ? sql.IsPlain(column.Column, found)
            : column.Column.InitialDefault is null && IdentityOf(file, column.Column) < 0));
    }

    private string SelectPlain(
        List<ReadableFile> files, IReadOnlyList<ReadColumn> columns, IReadOnlyList<FileConstant> constants, string? positionAlias)
    {
        // Columns get names of ours: those of the table may differ by case alone, or be called like DuckDB's own columns of a file.
        var fields = columns.Select(column => column.Column).DistinctBy(field => field.Id).Select(field =>
            $"{field.Id}: {{name: '{PlainName(field)}', type: {DuckDBSql.QuoteLiteral(DuckDbTypes.Of(field.Type).ToString())}, default_value: NULL}}").ToList();
        var items = columns.Select(column => $"{Compared(files, column, ColumnSql.Compared(column.Column.Type, $"f.{PlainName(column.Column)}"))} AS {column.Alias}")
            .Concat(PerFile(files, constants, positionAlias));
        var map = fields.Count == 0 ? "" : $", schema = MAP {{{string.Join(", ", fields)}}}";
        return $"SELECT {Items(items)} FROM {Read(files, map)} AS f";
    }

    private string SelectConverted(
        List<ReadableFile> files, IReadOnlyList<ReadColumn> columns, IReadOnlyList<FileConstant> constants, string? positionAlias)
    {
        var first = files[0];
        var resolver = Resolver(first);
        var sql = new ColumnSql(resolver, first.Location);
        var items = columns.Select(column => $"{Value(files, resolver, sql, column)} AS {column.Alias}").Concat(PerFile(files, constants, positionAlias)).ToList();

        // By place, because names in files may be anything.
        var names = string.Join(", ", first.Schema.Fields.Select((_, i) => ByPlace(i)));
        return $"SELECT {Items(items)} FROM {Read(files, "")} AS f({names})";
    }

    private string Value(List<ReadableFile> files, ColumnResolver resolver, ColumnSql sql, ReadColumn column)
    {
        if (resolver.FindColumn(column.Column) is { } found)
        {
            return Compared(files, column, sql.OfPath(column.Path, found, $"f.{ByPlace(found.Index)}"));
        }

        if (column.Path.Length > 1)
        {
            return DuckDbLiterals.Of(column.Field.Type, null);
        }

        return IdentityOf(files[0], column.Column) is var place and >= 0
            ? PerFile(files, DuckDbTypes.Of(column.Field.Type).ToString(), file => file.Partition[place] is { } value ? DuckDbLiterals.Of(value) : "NULL")
            : DuckDbLiterals.Of(column.Field.Type, column.Field.InitialDefault);
    }

    /// <summary>Columns without a zero keep DuckDB's pruning.</summary>
    private static string Compared(List<ReadableFile> files, ReadColumn column, string value)
    {
        Literal? zero = column.Field.Type switch
        {
            FloatType => Literal.Float(0),
            DoubleType => Literal.Double(0),
            _ => null,
        };
        if (zero is not { } sought)
        {
            return value;
        }

        // By id, as files know it: by name it might be another, or none of the table's columns now.
        var predicate = Expression.Equal("x", sought).Bind(new Schema(0, NestedField.OptionalField(column.Field.Id, "x", column.Field.Type)));
        return files.Exists(file => MetricsEvaluator.MayMatch(predicate, file.Metrics)) ? ColumnSql.WithEitherZero(value) : value;
    }

    /// <summary>Files of one schema differ in their partitions only where a column is taken from there.</summary>
    private int SpecIdOf(ReadableFile file, IReadOnlyList<ReadColumn> columns) =>
        columns.Any(column => IdentityOf(file, column.Column) >= 0) ? file.Spec.SpecId : -1;

    /// <summary>The place of a column's value in the file's partition; -1 where it is not in there as it is.</summary>
    private static int IdentityOf(ReadableFile file, NestedField column)
    {
        var fields = file.Spec.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].SourceId == column.Id && fields[i].Transform is IdentityTransform)
            {
                return i;
            }
        }

        return -1;
    }

    private IEnumerable<string> PerFile(List<ReadableFile> files, IReadOnlyList<FileConstant> constants, string? positionAlias)
    {
        var items = constants.Select(constant => $"{PerFile(files, constant.Type, constant.Value)} AS {constant.Alias}");
        return positionAlias is null ? items : items.Append($"f.file_row_number AS {positionAlias}");
    }

    private string PerFile(List<ReadableFile> files, string type, Func<ReadableFile, string> value)
    {
        var values = files.ConvertAll(file => value(file));
        return values.TrueForAll(item => item == values[0])
            ? $"{values[0]}::{type}"
            : $"list_extract({variables.Add($"[{string.Join(", ", values)}]::{type}[]")}, f.file_index::BIGINT + 1)";
    }

    /// <summary>
    /// Folders called <c>a=1</c> mean nothing: Iceberg keeps partition values in its metadata. Of files that are read with a schema DuckDB expects no rows at all
    /// unless told how many there are, and orders joins by that.
    /// </summary>
    private string Read(List<ReadableFile> files, string options)
    {
        var paths = variables.Add($"[{string.Join(", ", files.Select(file => DuckDBSql.QuoteLiteral(DuckDBSql.EscapeGlob(file.Path))))}]");
        var rows = Math.Max(1, files.Sum(file => file.Metrics.RecordCount));
        return string.Create(CultureInfo.InvariantCulture, $"read_parquet({paths}, hive_partitioning = false, explicit_cardinality = {rows}{options})");
    }

    /// <summary>A relation has a column at least; <c>count(*)</c> needs none of them.</summary>
    private static string Items(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } some ? some : "NULL AS nothing";

    private ColumnResolver Resolver(ReadableFile file) => new(file.Schema, schema, mapping, file.Location);

    private static string PlainName(NestedField field) => string.Create(CultureInfo.InvariantCulture, $"field_{field.Id}");

    private static string ByPlace(int index) => string.Create(CultureInfo.InvariantCulture, $"column_{index}");
}
