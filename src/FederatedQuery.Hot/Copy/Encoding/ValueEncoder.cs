using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Introspection;

namespace FederatedQuery.Hot.Copy.Encoding;

/// <summary>Writes values of a vector in PostgreSQL's format of a type, each after its length. Chosen once per column, then called per value.</summary>
internal abstract class ValueEncoder
{
    /// <summary>Encodes a value that is not null.</summary>
    /// <exception cref="HotException">The value does not fit the column's type.</exception>
    public abstract void Encode(in DuckDBVector source, int row, CopyBuffer buffer);

    /// <exception cref="HotException">No encoder goes from this type to this format.</exception>
    public static ValueEncoder For(DuckDBLogicalType source, PostgresType target) => (source.Type, target.Wire) switch
    {
        (DuckDBType.Boolean, PostgresWireKind.Bool) => new BoolEncoder(),
        (DuckDBType.Integer, PostgresWireKind.Int2) => new IntToInt2Encoder(),
        (DuckDBType.Integer, PostgresWireKind.Int4) => new IntEncoder(),
        (DuckDBType.Integer, PostgresWireKind.Int8) => new IntToInt8Encoder(),
        (DuckDBType.BigInt, PostgresWireKind.Int8) => new LongEncoder(),
        (DuckDBType.Float, PostgresWireKind.Float4) => new FloatEncoder(),
        (DuckDBType.Double, PostgresWireKind.Float8) => new DoubleEncoder(),
        (DuckDBType.Decimal, PostgresWireKind.Numeric) => new NumericEncoder(source.Scale),
        (DuckDBType.Date, PostgresWireKind.Date) => new DateEncoder(),
        (DuckDBType.Time, PostgresWireKind.Time) => new LongEncoder(),
        (DuckDBType.Timestamp or DuckDBType.TimestampTz, PostgresWireKind.Timestamp) => new TimestampEncoder(),
        (DuckDBType.Varchar, PostgresWireKind.Text) => new TextEncoder(),
        (DuckDBType.Varchar, PostgresWireKind.Jsonb) => new JsonbEncoder(),
        (DuckDBType.Varchar, PostgresWireKind.Other) when target.Name == "inet" => new InetEncoder(),
        (DuckDBType.Blob, PostgresWireKind.Bytea) => new BlobEncoder(),
        (DuckDBType.Uuid, PostgresWireKind.Uuid) => new UuidEncoder(),
        (DuckDBType.List, PostgresWireKind.Array) => new ArrayEncoder(For(source.Child!, target.Element!), target.Element!.Oid),
        (DuckDBType.Struct, PostgresWireKind.Record) when source.Fields.Count == target.Fields.Length =>
            new RecordEncoder([.. target.Fields.Select((field, i) => (field.Type.Oid, For(source.Fields[i].Type, field.Type)))]),
        _ => throw new HotException(HotErrorKind.Unsupported, $"Values of DuckDB's {source} cannot be written as PostgreSQL's type {target.Name}."),
    };
}
