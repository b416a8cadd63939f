using System.Globalization;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>Iceberg values as literals of DuckDB's SQL, exact in every digit.</summary>
public static class DuckDbLiterals
{
    /// <summary>DuckDB's timestamps begin later than 64 bits would allow; before them is minus infinity.</summary>
    private const long LeastMicros = -9_223_372_022_400_000_001;

    public static string Of(Literal value) => value.TypeId switch
    {
        TypeId.Boolean => value.AsBoolean ? "true" : "false",
        // In brackets: a cast binds closer than a minus, and 2147483648 is no INTEGER.
        TypeId.Int => $"({value.AsInt.ToString(CultureInfo.InvariantCulture)})::INTEGER",
        TypeId.Long => $"'{value.AsLong.ToString(CultureInfo.InvariantCulture)}'::BIGINT",
        TypeId.Float => $"'{value.AsFloat.ToString("R", CultureInfo.InvariantCulture)}'::FLOAT",
        TypeId.Double => $"'{value.AsDouble.ToString("R", CultureInfo.InvariantCulture)}'::DOUBLE",
        TypeId.Decimal => $"'{value}'::DECIMAL(38,{value.Scale})",
        TypeId.Date when Infinity(value.AsInt, int.MaxValue, -int.MaxValue) is { } infinite => $"'{infinite}'::DATE",
        TypeId.Timestamp when Infinity(value.AsLong, long.MaxValue, LeastMicros) is { } infinite => $"'{infinite}'::TIMESTAMP",
        TypeId.Timestamptz when Infinity(value.AsLong, long.MaxValue, LeastMicros) is { } infinite => $"'{infinite}'::TIMESTAMPTZ",
        TypeId.TimestampNs or TypeId.TimestamptzNs when Infinity(value.AsLong, long.MaxValue, -long.MaxValue) is { } infinite => $"'{infinite}'::TIMESTAMP_NS",
        TypeId.Date => $"(DATE '1970-01-01' + {value.AsInt.ToString(CultureInfo.InvariantCulture)})",
        TypeId.Time => $"'{value}'::TIME",
        TypeId.Timestamp => $"make_timestamp('{value.AsLong.ToString(CultureInfo.InvariantCulture)}'::BIGINT)",
        TypeId.Timestamptz => $"make_timestamptz('{value.AsLong.ToString(CultureInfo.InvariantCulture)}'::BIGINT)",
        TypeId.TimestampNs or TypeId.TimestamptzNs => $"make_timestamp_ns('{value.AsLong.ToString(CultureInfo.InvariantCulture)}'::BIGINT)",
        TypeId.String => DuckDBSql.QuoteLiteral(value.AsString),
        TypeId.Uuid => $"'{value.AsUuid:D}'::UUID",
        TypeId.Fixed or TypeId.Binary => $"unhex('{Convert.ToHexString(value.AsBytes.Span)}')",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.TypeId, "No value of this type can be a literal."),
    };

    /// <summary>A value of any type as an expression of that type.</summary>
    /// <param name="value">Null for null. A struct may leave fields out, which then have their initial defaults.</param>
    public static string Of(IcebergType type, SingleValue? value) => $"{Untyped(type, value)}::{DuckDbTypes.Of(type)}";

    private static string Untyped(IcebergType type, SingleValue? value) => (type, value) switch
    {
        (_, null) => "NULL",
        (PrimitiveType, PrimitiveValue primitive) => Of(primitive.Value),
        (StructType fields, StructValue values) => $"struct_pack({string.Join(", ", fields.Fields.Select(field =>
            $"{DuckDBSql.QuoteIdentifier(field.Name)} := {Of(field.Type, values.Fields.TryGetValue(field.Id, out var given) ? given : field.InitialDefault)}"))})",
        (ListType list, ListValue values) => $"[{string.Join(", ", values.Elements.Select(element => Of(list.ElementType, element)))}]",
        (MapType map, MapValue values) =>
            $"MAP([{string.Join(", ", values.Keys.Select(key => Of(map.KeyType, key)))}], [{string.Join(", ", values.Values.Select(item => Of(map.ValueType, item)))}])",
        _ => throw new ArgumentException($"{value} is no value of type {type}.", nameof(value)),
    };

    /// <summary>Reads a value from the text that DuckDB's cast to VARCHAR gives. False for what no literal can be: infinity, years beyond 9999.</summary>
    public static bool TryParse(PrimitiveType type, string text, out Literal value) => type switch
    {
        BooleanType when text is "1" or "true" => Is(Literal.Boolean(true), out value),
        BooleanType when text is "0" or "false" => Is(Literal.Boolean(false), out value),
        TimestampType or TimestampNsType => Literal.TryParse(type, text.Replace(' ', 'T'), out value),
        // DuckDB's sessions are in UTC, so the offset is always +00.
        TimestamptzType or TimestamptzNsType => Literal.TryParse(
            type, text.Replace(' ', 'T').Replace("+00", "+00:00", StringComparison.Ordinal), out value),
        _ => Literal.TryParse(type, text, out value),
    };

    private static string? Infinity(long value, long infinity, long negative) => value >= infinity ? "infinity" : value <= negative ? "-infinity" : null;

    private static bool Is(Literal literal, out Literal value)
    {
        value = literal;
        return true;
    }
}
