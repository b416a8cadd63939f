using System.Globalization;
using System.Text.Json.Nodes;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>A table with a past: columns were added with a default, renamed, promoted, dropped and moved, at the top and below it.</summary>
internal static class ScanModel
{
    public const int Id = 1;
    public const int Text = 2;
    public const int Point = 3;
    public const int PointX = 4;
    public const int PointY = 5;
    public const int Items = 6;
    public const int Item = 7;
    public const int ItemKey = 8;
    public const int Added = 9;
    public const int PointZ = 10;
    public const int Part = 11;
    public const int Dropped = 12;

    public const long AddedDefault = 7;
    public const int PointZDefault = 3;

    /// <summary>As files are written with them: the SQL type of each column, with the ids of what is in it.</summary>
    public static readonly Version[] Versions =
    [
        new([
            new(Id, "id", "INTEGER", "1"), new(Text, "text", "VARCHAR", "2"), new(Point, "point", "STRUCT(x INTEGER, y VARCHAR)", "{__duckdb_field_id: 3, x: 4, y: 5}"),
            new(Items, "items", "STRUCT(k INTEGER)[]", "{__duckdb_field_id: 6, element: {__duckdb_field_id: 7, k: 8}}"), new(Dropped, "dropped", "INTEGER", "12")]),
        new([
            new(Point, "point", "STRUCT(y VARCHAR, x BIGINT)", "{__duckdb_field_id: 3, x: 4, y: 5}"), new(Id, "key", "BIGINT", "1"), new(Added, "added", "BIGINT", "9"),
            new(Part, "part", "VARCHAR", "11"), new(Text, "Text", "VARCHAR", "2")]),
        new([
            new(Added, "added", "BIGINT", "9"), new(Items, "list", "STRUCT(j BIGINT)[]", "{__duckdb_field_id: 6, element: {__duckdb_field_id: 7, j: 8}}"),
            new(Point, "point", "STRUCT(z INTEGER, w BIGINT)", "{__duckdb_field_id: 3, z: 10, w: 4}"), new(Id, "key", "BIGINT", "1")]),
    ];

    public static readonly Schema Schema = new(
        5,
        NestedField.OptionalField(Point, "point", new StructType(
            NestedField.OptionalField(PointZ, "z", IcebergType.Int) with { InitialDefault = Literal.Int(PointZDefault) },
            NestedField.OptionalField(PointX, "w", IcebergType.Long),
            NestedField.OptionalField(PointY, "y", IcebergType.String))),
        NestedField.OptionalField(Id, "key", IcebergType.Long),
        NestedField.OptionalField(Added, "added", IcebergType.Long) with { InitialDefault = Literal.Long(AddedDefault) },
        NestedField.OptionalField(Items, "list", new ListType(Item, new StructType(NestedField.OptionalField(ItemKey, "j", IcebergType.Long)), elementRequired: false)),
        NestedField.OptionalField(Part, "part", IcebergType.String),
        NestedField.OptionalField(Text, "Text", IcebergType.String));

    /// <summary>The schema that still had <see cref="Dropped"/>, which equality deletes may go by.</summary>
    public static readonly Schema Former = new(4, [.. Schema.Fields, NestedField.OptionalField(Dropped, "dropped", IcebergType.Int)]);

    public static readonly PartitionSpec ByPart = new(1, new PartitionField(Part, 1000, "part", Transform.Identity));

    /// <summary>A row as it was written: what its version has no column for is not there.</summary>
    /// <param name="Point">Null: the struct is null.</param>
    /// <param name="Items">Null: the list is null.</param>
    public sealed record Row(int? Id, string? Text, (int? X, string? Y, int? Z)? Point, int?[]? Items, int? Added, string? Part, int? Dropped);

    public sealed record Column(int Id, string Name, string Type, string FieldIds);

    public sealed record Version(Column[] Columns)
    {
        public bool Has(int id) => Columns.Any(column => column.Id == id);

        public bool HasInPoint(int id) => id switch
        {
            PointY => this == Versions[0] || this == Versions[1],
            PointZ => this == Versions[2],
            _ => true,
        };

        /// <summary>The row as DuckDB's SQL, of this version's columns.</summary>
        public string Values(Row row) => string.Join(", ", Columns.Select(column => $"{Value(column, row)}::{column.Type}"));

        private string Value(Column column, Row row) => column.Id switch
        {
            ScanModel.Id => Number(row.Id),
            ScanModel.Text => Quoted(row.Text),
            ScanModel.Point when row.Point is null => "NULL",
            ScanModel.Point when this == Versions[2] => $"{{'z': {Number(row.Point.Value.Z)}, 'w': {Number(row.Point.Value.X)}}}",
            ScanModel.Point => $"{{'x': {Number(row.Point!.Value.X)}, 'y': {Quoted(row.Point.Value.Y)}}}",
            ScanModel.Items when row.Items is null => "NULL",
            ScanModel.Items => $"[{string.Join(", ", row.Items!.Select(item => $"{{'{(this == Versions[0] ? 'k' : 'j')}': {Number(item)}}}"))}]",
            ScanModel.Added => Number(row.Added),
            ScanModel.Part => Quoted(row.Part),
            _ => Number(row.Dropped),
        };
    }

    /// <summary>What the current schema makes of a row.</summary>
    /// <param name="partition">The value of <see cref="Part"/> in the file's partition; null under a spec without it.</param>
    public static JsonArray Expected(Row row, Version version, bool isPartitioned, string? partition) =>
    [
        row.Point is not { } point ? null : new JsonObject
        {
            ["z"] = version.HasInPoint(PointZ) ? point.Z : PointZDefault,
            ["w"] = point.X,
            ["y"] = version.HasInPoint(PointY) ? point.Y : null,
        },
        row.Id,
        version.Has(Added) ? row.Added : AddedDefault,
        !version.Has(Items) || row.Items is null ? null : new JsonArray([.. row.Items.Select(item => new JsonObject { ["j"] = item })]),
        KeyOf(row, version, isPartitioned, partition, Part) is { } part ? (string)part : null,
        version.Has(Text) ? row.Text : null,
    ];

    /// <summary>What an equality delete compares.</summary>
    public static object? KeyOf(Row row, Version version, bool isPartitioned, string? partition, int id) => id switch
    {
        Id => row.Id,
        Text => version.Has(Text) ? row.Text : null,
        PointX => row.Point?.X,
        Added => version.Has(Added) ? row.Added : (int)AddedDefault,
        Part => version.Has(Part) ? row.Part : isPartitioned ? partition : null,
        _ => version.Has(Dropped) ? row.Dropped : null,
    };

    public static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "NULL";

    public static string Quoted(string? text) => text is null ? "NULL" : DuckDb.DuckDBSql.QuoteLiteral(text);
}
