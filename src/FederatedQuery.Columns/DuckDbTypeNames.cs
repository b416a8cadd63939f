using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>Iceberg types as DuckDB's SQL writes them.</summary>
public static class DuckDbTypeNames
{
    /// <summary>A type such as <c>DECIMAL(12,2)</c> or <c>STRUCT("a" INTEGER)[]</c>.</summary>
    /// <exception cref="IcebergException">DuckDB has no such type (geometry, geography, variant).</exception>
    public static string Of(IcebergType type) => type switch
    {
        BooleanType => "BOOLEAN",
        IntType => "INTEGER",
        LongType => "BIGINT",
        FloatType => "FLOAT",
        DoubleType => "DOUBLE",
        DecimalType exact => $"DECIMAL({exact.Precision},{exact.Scale})",
        DateType => "DATE",
        TimeType => "TIME",
        TimestampType => "TIMESTAMP",
        TimestamptzType or TimestamptzNsType => "TIMESTAMP WITH TIME ZONE",
        TimestampNsType => "TIMESTAMP_NS",
        StringType => "VARCHAR",
        UuidType => "UUID",
        FixedType or BinaryType => "BLOB",
        UnknownType => "\"NULL\"",
        ListType list => Of(list.ElementType) + "[]",
        MapType map => $"MAP({Of(map.KeyType)}, {Of(map.ValueType)})",
        StructType fields => $"STRUCT({string.Join(", ", fields.Fields.Select(field => $"{DuckDBSql.QuoteIdentifier(field.Name)} {Of(field.Type)}"))})",
        _ => throw new IcebergException(IcebergErrorKind.Unsupported, $"DuckDB has no type for Iceberg's '{type}'."),
    };
}
