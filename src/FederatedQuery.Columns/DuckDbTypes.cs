using FederatedQuery.DuckDb.Types;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>Iceberg types as DuckDB's; their text is what DuckDB's SQL calls them.</summary>
public static class DuckDbTypes
{
    /// <exception cref="IcebergException">DuckDB has no such type (geometry, geography).</exception>
    public static DuckDBLogicalType Of(IcebergType type) => type switch
    {
        BooleanType => DuckDBLogicalType.Boolean,
        IntType => DuckDBLogicalType.Integer,
        LongType => DuckDBLogicalType.BigInt,
        FloatType => DuckDBLogicalType.Float,
        DoubleType => DuckDBLogicalType.Double,
        DecimalType exact => DuckDBLogicalType.Decimal(exact.Precision, exact.Scale),
        DateType => DuckDBLogicalType.Date,
        TimeType => DuckDBLogicalType.Time,
        TimestampType => DuckDBLogicalType.Timestamp,
        TimestamptzType or TimestamptzNsType => DuckDBLogicalType.TimestampTz,
        TimestampNsType => DuckDBLogicalType.Of(DuckDBType.TimestampNs),
        StringType => DuckDBLogicalType.Varchar,
        UuidType => DuckDBLogicalType.Uuid,
        FixedType or BinaryType => DuckDBLogicalType.Blob,
        UnknownType => DuckDBLogicalType.Of(DuckDBType.SqlNull),
        VariantType => DuckDBLogicalType.Json,
        ListType list => DuckDBLogicalType.List(Of(list.ElementType)),
        MapType map => DuckDBLogicalType.Map(Of(map.KeyType), Of(map.ValueType)),
        StructType fields => DuckDBLogicalType.Struct([.. fields.Fields.Select(field => new DuckDBField(field.Name, Of(field.Type)))]),
        _ => throw new IcebergException(IcebergErrorKind.Unsupported, $"DuckDB has no type for Iceberg's '{type}'."),
    };
}
