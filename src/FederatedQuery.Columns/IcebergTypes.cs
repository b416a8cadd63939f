using FederatedQuery.DuckDb.Types;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>DuckDB's types as Iceberg's, for tables made from what DuckDB reads. The values fit by a cast to <see cref="DuckDbTypes"/>.</summary>
public static class IcebergTypes
{
    /// <summary>Columns become fields 1 to n, all optional; ids of nested fields follow.</summary>
    /// <param name="columns">In order, names distinct.</param>
    /// <exception cref="IcebergException">Unsupported: a type has no counterpart, naming the column.</exception>
    public static Schema SchemaOf(IReadOnlyList<DuckDBField> columns)
    {
        var lastId = columns.Count;
        var fields = new List<NestedField>();
        for (var i = 0; i < columns.Count; i++)
        {
            fields.Add(NestedField.OptionalField(i + 1, columns[i].Name, Of(columns[i].Type, columns[i].Name, ref lastId)));
        }

        return new Schema(0, [.. fields]);
    }

    private static IcebergType Of(DuckDBLogicalType type, string path, ref int lastId) => type.Type switch
    {
        DuckDBType.Boolean => IcebergType.Boolean,
        DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt => IcebergType.Int,
        DuckDBType.BigInt or DuckDBType.UnsignedInteger => IcebergType.Long,
        // Exact in every digit; of 128 bits, what has more than 38 digits is refused by the cast.
        DuckDBType.UnsignedBigInt => IcebergType.Decimal(20, 0),
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt => IcebergType.Decimal(DecimalType.MaxPrecision, 0),
        DuckDBType.Float => IcebergType.Float,
        DuckDBType.Double => IcebergType.Double,
        DuckDBType.Decimal => IcebergType.Decimal(type.Width, type.Scale),
        DuckDBType.Date => IcebergType.Date,
        DuckDBType.Time => IcebergType.Time,
        DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs => IcebergType.Timestamp,
        DuckDBType.TimestampTz => IcebergType.Timestamptz,
        // A column of nothing but nulls says nothing of its type; text takes whatever comes later.
        DuckDBType.Varchar or DuckDBType.Enum or DuckDBType.SqlNull => IcebergType.String,
        DuckDBType.Uuid => IcebergType.Uuid,
        DuckDBType.Blob => IcebergType.Binary,
        DuckDBType.List or DuckDBType.Array => List(type, path, ref lastId),
        DuckDBType.Struct => Struct(type, path, ref lastId),
        _ => throw new IcebergException(
            IcebergErrorKind.Unsupported, $"Column '{path}' is of DuckDB's type {type}, which has no counterpart in both tiers. Cast it to another type, or leave it out."),
    };

    private static ListType List(DuckDBLogicalType type, string path, ref int lastId)
    {
        var id = ++lastId;
        return new ListType(id, Of(type.Child!, $"{path}.{ListType.ElementName}", ref lastId), elementRequired: false);
    }

    private static StructType Struct(DuckDBLogicalType type, string path, ref int lastId)
    {
        var first = lastId + 1;
        lastId += type.Fields.Count;
        var fields = new List<NestedField>();
        for (var i = 0; i < type.Fields.Count; i++)
        {
            var field = type.Fields[i];
            fields.Add(NestedField.OptionalField(first + i, field.Name, Of(field.Type, $"{path}.{field.Name}", ref lastId)));
        }

        return new StructType([.. fields]);
    }
}
