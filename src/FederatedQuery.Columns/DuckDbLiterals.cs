using System.Globalization;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>Iceberg values as literals of DuckDB's SQL, exact in every digit.</summary>
public static class DuckDbLiterals
{
    public static string Of(Literal value) => value.TypeId switch
    {
        TypeId.Boolean => value.AsBoolean ? "true" : "false",
        TypeId.Int => $"{value.AsInt.ToString(CultureInfo.InvariantCulture)}::INTEGER",
        TypeId.Long => $"'{value.AsLong.ToString(CultureInfo.InvariantCulture)}'::BIGINT",
        TypeId.Float => $"'{value.AsFloat.ToString("R", CultureInfo.InvariantCulture)}'::FLOAT",
        TypeId.Double => $"'{value.AsDouble.ToString("R", CultureInfo.InvariantCulture)}'::DOUBLE",
        TypeId.Decimal => $"'{value}'::DECIMAL(38,{value.Scale})",
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
}
