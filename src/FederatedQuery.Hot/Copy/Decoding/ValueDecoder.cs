using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Introspection;

namespace FederatedQuery.Hot.Copy.Decoding;

/// <summary>Puts values of one PostgreSQL format into vectors of one DuckDB type. Chosen once per column, then called per value.</summary>
internal abstract class ValueDecoder
{
    /// <summary>Decodes a value that is not null.</summary>
    /// <exception cref="HotException">The bytes are malformed, or the value does not fit the vector's type.</exception>
    public abstract void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value);

    /// <exception cref="HotException">No decoder goes from this format to this type.</exception>
    public static ValueDecoder For(PostgresType source, DuckDBLogicalType target)
    {
        var wire = source.ReadAsText && source.Wire != PostgresWireKind.Array ? PostgresWireKind.Text : source.Wire;
        return (wire, target.Type) switch
        {
            (PostgresWireKind.Bool, DuckDBType.Boolean) => new BoolDecoder(),
            (PostgresWireKind.Int2, DuckDBType.Integer) => new Int2Decoder(),
            (PostgresWireKind.Int4, DuckDBType.Integer) => new Int4Decoder(),
            (PostgresWireKind.Int4, DuckDBType.BigInt) => new Int4ToLongDecoder(),
            (PostgresWireKind.Int8, DuckDBType.BigInt) => new Int8Decoder(),
            (PostgresWireKind.Float4, DuckDBType.Float) => new Float4Decoder(),
            (PostgresWireKind.Float4, DuckDBType.Double) => new Float4ToDoubleDecoder(),
            (PostgresWireKind.Float8, DuckDBType.Double) => new Float8Decoder(),
            (PostgresWireKind.Numeric, DuckDBType.Decimal) => new NumericDecoder(target),
            (PostgresWireKind.Date, DuckDBType.Date) => new DateDecoder(),
            (PostgresWireKind.Time, DuckDBType.Time) => new Int8Decoder(),
            (PostgresWireKind.Timestamp, DuckDBType.Timestamp or DuckDBType.TimestampTz) => new TimestampDecoder(),
            (PostgresWireKind.Text, DuckDBType.Varchar) => source.IsPadded ? new PaddedTextDecoder() : new BytesDecoder(),
            (PostgresWireKind.Bytea, DuckDBType.Blob) => new BytesDecoder(),
            (PostgresWireKind.Uuid, DuckDBType.Uuid) => new UuidDecoder(),
            (PostgresWireKind.Jsonb, DuckDBType.Varchar) => new JsonbDecoder(),
            (PostgresWireKind.Array, DuckDBType.List) => new ArrayDecoder(ForElement(source), target.Child!),
            (PostgresWireKind.Record, DuckDBType.Struct) when source.Fields.Length == target.Fields.Count =>
                new RecordDecoder([.. source.Fields.Select((field, i) => For(field.Type, target.Fields[i].Type))]),
            _ => throw new HotException(HotErrorKind.Unsupported, $"Values of PostgreSQL's type {source.Name} cannot be read as DuckDB's {target}."),
        };

        ValueDecoder ForElement(PostgresType array) => For(array.Element!, target.Child!);
    }
}
