using System.Globalization;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.Cold.Scanning.Variants;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Schemas;

/// <summary>
/// Says a table's column over what DuckDB makes of a file's: promoted types, fields of structs renamed, reordered, added and dropped at any depth.
/// For one file, or files of one schema.
/// </summary>
/// <param name="resolver">Finds fields in the file.</param>
/// <param name="location">The file, for errors.</param>
internal sealed class ColumnSql(ColumnResolver resolver, string location)
{
    private int _lambdas;

    /// <summary>An expression of the column's type in DuckDB.</summary>
    /// <param name="column">The table's column.</param>
    /// <param name="found">Where the file has it.</param>
    /// <param name="source">What DuckDB reads there, as an expression.</param>
    /// <exception cref="IcebergException">InvalidFile: the file's type is none that may become the column's. Unsupported: variants in parts.</exception>
    public string Of(NestedField column, FoundField found, string source) => Convert(column.Name, column.Id, column.Type, found, source);

    /// <summary>A field of a struct within a column, as <see cref="Of"/> says a column.</summary>
    /// <param name="path">From the column down to the field.</param>
    /// <param name="found">Where the file has the column.</param>
    /// <param name="source">What DuckDB reads there.</param>
    public string OfPath(IReadOnlyList<NestedField> path, FoundField found, string source)
    {
        for (var i = 1; i < path.Count; i++)
        {
            if (resolver.FindField(found, path[i - 1].Id, path[i]) is not { } child)
            {
                var missing = DuckDbLiterals.Of(path[^1].Type, i == path.Count - 1 ? path[i].InitialDefault : null);
                return $"CASE WHEN {source} IS NOT NULL THEN {missing} END";
            }

            source = string.Create(CultureInfo.InvariantCulture, $"struct_extract_at({source}, {child.Index + 1})");
            found = child;
        }

        return Of(path[^1], found, source);
    }

    /// <summary>
    /// Whether DuckDB, which finds the columns by id and what is in them by name, gives the column as <see cref="Of"/> does: then files of many schemas are read
    /// as one.
    /// </summary>
    public bool IsPlain(NestedField column, FoundField found) => IsPlain(column.Id, column.Type, found);

    private bool IsPlain(int id, IcebergType type, FoundField found) => (type, found.Field.Kind) switch
    {
        (StringType, FileFieldKind.Leaf) => found.Field.IsText && IsStoredAs((PrimitiveType)type, found.Field),
        (BinaryType or FixedType, FileFieldKind.Leaf) => !found.Field.IsText && IsStoredAs((PrimitiveType)type, found.Field),
        (PrimitiveType primitive, FileFieldKind.Leaf) => IsStoredAs(primitive, found.Field) && !IsComparedRounded(primitive, found.Field),
        (StructType fields, FileFieldKind.Struct) => fields.Fields.All(field => IsPlainField(id, field, found))
            && fields.Fields.DistinctBy(field => field.Name, StringComparer.OrdinalIgnoreCase).Count() == fields.Fields.Length,
        (ListType list, FileFieldKind.List) => IsPlain(list.ElementId, list.ElementType, resolver.Item(found, 0, list.ElementField)),
        (MapType map, FileFieldKind.Map) => IsPlain(map.KeyId, map.KeyType, resolver.Item(found, 0, map.KeyField))
            && IsPlain(map.ValueId, map.ValueType, resolver.Item(found, 1, map.ValueField)),
        _ => false,
    };

    private bool IsPlainField(int parentId, NestedField field, FoundField parent)
    {
        var sameName = parent.Field.Children.Where(child => child.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)).ToList();
        return resolver.FindField(parent, parentId, field) is { } found
            ? sameName is [var only] && only == found.Field && IsPlain(field.Id, field.Type, found)
            : sameName.Count == 0 && field.InitialDefault is null;
    }

    private string Convert(string name, int id, IcebergType type, FoundField found, string source) => (type, found.Field.Kind) switch
    {
        (PrimitiveType primitive, FileFieldKind.Leaf) => Leaf(name, primitive, found.Field, source),
        (VariantType, FileFieldKind.Struct) => Variant(name, found.Field, source),
        (not StructType, _) when IsPlain(id, type, found) => $"{source}::{DuckDbTypes.Of(type)}",
        (StructType, FileFieldKind.Struct) when IsPlain(id, type, found) => $"{source}::{DuckDbTypes.Of(type)}",
        (StructType fields, FileFieldKind.Struct) => Struct(name, id, fields, found, source),
        (ListType list, FileFieldKind.List) => List(name, list, found, source),
        (MapType map, FileFieldKind.Map) => Map(name, map, found, source),
        _ => throw Mismatch(name, type, found.Field),
    };

    private string Struct(string name, int id, StructType fields, FoundField found, string source)
    {
        var items = fields.Fields.Select(field =>
        {
            var value = resolver.FindField(found, id, field) is { } child
                ? Convert($"{name}.{field.Name}", field.Id, field.Type, child, string.Create(CultureInfo.InvariantCulture, $"struct_extract_at({source}, {child.Index + 1})"))
                : DuckDbLiterals.Of(field.Type, field.InitialDefault);
            return $"{DuckDBSql.QuoteIdentifier(field.Name)} := {value}";
        });
        return $"CASE WHEN {source} IS NOT NULL THEN struct_pack({string.Join(", ", items)}) END";
    }

    private string List(string name, ListType list, FoundField found, string source)
    {
        var item = Lambda();
        var element = Convert($"{name}.{ListType.ElementName}", list.ElementId, list.ElementType, resolver.Item(found, 0, list.ElementField), item);
        return $"list_transform({source}, lambda {item}: {element})";
    }

    private string Map(string name, MapType map, FoundField found, string source)
    {
        var entry = Lambda();
        var key = Convert($"{name}.{MapType.KeyName}", map.KeyId, map.KeyType, resolver.Item(found, 0, map.KeyField), $"{entry}.key");
        var value = Convert($"{name}.{MapType.ValueName}", map.ValueId, map.ValueType, resolver.Item(found, 1, map.ValueField), $"{entry}.value");
        return $"map_from_entries(list_transform(map_entries({source}), lambda {entry}: struct_pack(key := {key}, value := {value})))";
    }

    /// <summary>A variant is a struct of its two encoded parts; Parquet files may also store values of one type apart, which these parts then lack.</summary>
    private string Variant(string name, FileField field, string source)
    {
        var metadata = IndexOf("metadata");
        var value = IndexOf("value");
        if (metadata < 0 || value < 0 || field.Children.Length != 2)
        {
            throw new IcebergException(
                IcebergErrorKind.Unsupported,
                $"The column '{name}' of data file '{location}' is a variant stored in parts ({string.Join(", ", field.Children.Select(child => child.Name))}); variants of 'metadata' and 'value' are read.");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{VariantJsonFunction.FunctionName}(struct_extract_at({source}, {metadata + 1}), struct_extract_at({source}, {value + 1}))::{DuckDbTypes.Of(IcebergType.Variant)}");

        int IndexOf(string part) => field.Children.Select(child => child.Name).ToList().IndexOf(part);
    }

    /// <summary>
    /// Bytes as an expression that filters are not taken below: DuckDB asks a file's Bloom filters about the text it prints for bytes, and then leaves out row
    /// groups that hold them. Of other types zeros alone are affected (<see cref="Reading.ParquetRelation"/>).
    /// </summary>
    public static string Compared(IcebergType type, string source) => type is BinaryType or FixedType ? $"({source} || ''::BLOB)" : source;

    /// <summary>
    /// Floating-point numbers as an expression that filters are not taken below: DuckDB asks a file's Bloom filters for +0 or for -0, as the statement has it, and
    /// then leaves out row groups that hold the other.
    /// </summary>
    public static string WithEitherZero(string source) => $"(-(-{source}))";

    private string Leaf(string name, PrimitiveType type, FileField leaf, string source)
    {
        if (!IsStoredAs(type, leaf))
        {
            throw Mismatch(name, type, leaf);
        }

        var value = type switch
        {
            StringType when !leaf.IsText => $"decode({source})",
            BinaryType or FixedType when leaf.IsText => $"encode({source})",
            _ => Compared(type, source),
        };
        return $"{value}::{DuckDbTypes.Of(type)}";
    }

    /// <summary>What a type may be stored as, and what may be promoted to it (spec: Appendix A, Parquet; Schema Evolution).</summary>
    private static bool IsStoredAs(PrimitiveType type, FileField leaf) => (type, leaf.PhysicalType) switch
    {
        (BooleanType, ParquetPhysicalType.Boolean) => true,
        (IntType or LongType, ParquetPhysicalType.Int32) or (LongType, ParquetPhysicalType.Int64) => !leaf.IsDecimal,
        (FloatType or DoubleType, ParquetPhysicalType.Float) or (DoubleType, ParquetPhysicalType.Double) => true,
        (DecimalType, ParquetPhysicalType.Int32 or ParquetPhysicalType.Int64 or ParquetPhysicalType.ByteArray or ParquetPhysicalType.FixedLenByteArray) => leaf.IsDecimal,
        (DateType, ParquetPhysicalType.Int32) => !leaf.IsDecimal,
        (TimeType, ParquetPhysicalType.Int32 or ParquetPhysicalType.Int64) => !leaf.IsDecimal,
        (TimestampType or TimestamptzType or TimestampNsType or TimestamptzNsType, ParquetPhysicalType.Int64 or ParquetPhysicalType.Int96 or ParquetPhysicalType.Int32) => !leaf.IsDecimal,
        (StringType or BinaryType or FixedType or UuidType, ParquetPhysicalType.ByteArray or ParquetPhysicalType.FixedLenByteArray) => !leaf.IsDecimal,
        (UnknownType, _) => true,
        _ => false,
    };

    /// <summary>
    /// Where DuckDB maps columns by id, it takes a filter's constant for one of the file's type: among floats 0.1 is another number, and of a moment only its
    /// day is left. Rows would be lost by that.
    /// </summary>
    private static bool IsComparedRounded(PrimitiveType type, FileField leaf) => (type, leaf.PhysicalType) is
        (DoubleType, ParquetPhysicalType.Float)
        or (TimestampType or TimestamptzType or TimestampNsType or TimestamptzNsType, ParquetPhysicalType.Int32);

    private string Lambda() => string.Create(CultureInfo.InvariantCulture, $"item{++_lambdas}");

    private IcebergException Mismatch(string name, IcebergType type, FileField field) => new(
        IcebergErrorKind.InvalidFile,
        $"The column '{name}' is of type {type}, and data file '{location}' has a {field.PhysicalType?.ToString().ToUpperInvariant() ?? field.Kind.ToString().ToLowerInvariant()} "
        + $"('{field.Name}') there, which cannot be read as that.");
}
