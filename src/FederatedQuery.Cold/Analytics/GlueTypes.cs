using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Analytics;

/// <summary>Types as Glue writes them, which are Hive's. Engines read the Iceberg schema; these are what people and permissions by column see.</summary>
internal static class GlueTypes
{
    public static string Of(IcebergType type) => type switch
    {
        BooleanType => "boolean",
        IntType => "int",
        LongType => "bigint",
        FloatType => "float",
        DoubleType => "double",
        DateType => "date",
        TimestampType or TimestamptzType or TimestampNsType or TimestamptzNsType => "timestamp",
        DecimalType of => $"decimal({of.Precision},{of.Scale})",
        BinaryType or FixedType => "binary",
        StructType of => $"struct<{string.Join(',', of.Fields.Select(field => $"{field.Name}:{Of(field.Type)}"))}>",
        ListType of => $"array<{Of(of.ElementField.Type)}>",
        MapType of => $"map<{Of(of.KeyField.Type)},{Of(of.ValueField.Type)}>",
        // Hive has no others: time and uuid are text there, as Iceberg's Java library says them.
        _ => "string",
    };
}
