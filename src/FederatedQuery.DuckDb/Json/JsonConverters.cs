using System.Globalization;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Json;

/// <summary>The table of types and how each is written.</summary>
internal static unsafe class JsonConverters
{
    private const int NumberLength = 48;

    public static JsonConverter Create(DuckDBLogicalType type) => type.Type switch
    {
        DuckDBType.Boolean => new FixedJsonConverter<byte>(&Boolean),
        DuckDBType.TinyInt => new FixedJsonConverter<sbyte>(&Number),
        DuckDBType.SmallInt => new FixedJsonConverter<short>(&Number),
        DuckDBType.Integer => new FixedJsonConverter<int>(&Number),
        DuckDBType.BigInt => new FixedJsonConverter<long>(&Number),
        DuckDBType.UnsignedTinyInt => new FixedJsonConverter<byte>(&Number),
        DuckDBType.UnsignedSmallInt => new FixedJsonConverter<ushort>(&Number),
        DuckDBType.UnsignedInteger => new FixedJsonConverter<uint>(&Number),
        DuckDBType.UnsignedBigInt => new FixedJsonConverter<ulong>(&Number),
        DuckDBType.HugeInt => new FixedJsonConverter<Int128>(&Number),
        DuckDBType.UnsignedHugeInt => new FixedJsonConverter<UInt128>(&Number),
        DuckDBType.Float => new FixedJsonConverter<float>(&Float),
        DuckDBType.Double => new FixedJsonConverter<double>(&Double),
        DuckDBType.Decimal when type.PhysicalType == DuckDBType.HugeInt => new WideDecimalJsonConverter(type),
        DuckDBType.Decimal => new NarrowDecimalJsonConverter(type),
        DuckDBType.Date => new FixedJsonConverter<DuckDBDate>(&Date),
        DuckDBType.Time => new FixedJsonConverter<DuckDBTime>(&Time),
        DuckDBType.TimeNs => new FixedJsonConverter<DuckDBTimeNs>(&TimeNs),
        DuckDBType.TimeTz => new FixedJsonConverter<DuckDBTimeTz>(&TimeTz),
        DuckDBType.Timestamp => new FixedJsonConverter<DuckDBTimestamp>(&Timestamp),
        DuckDBType.TimestampTz => new FixedJsonConverter<DuckDBTimestampTz>(&TimestampTz),
        DuckDBType.TimestampS => new FixedJsonConverter<DuckDBTimestampS>(&TimestampS),
        DuckDBType.TimestampMs => new FixedJsonConverter<DuckDBTimestampMs>(&TimestampMs),
        DuckDBType.TimestampNs => new FixedJsonConverter<DuckDBTimestampNs>(&TimestampNs),
        DuckDBType.Interval => new FixedJsonConverter<DuckDBInterval>(&Interval),
        DuckDBType.Uuid => new FixedJsonConverter<DuckDBUuid>(&Uuid),
        DuckDBType.Varchar when type.IsJson => new RawJsonConverter(),
        DuckDBType.Varchar => new VarcharJsonConverter(),
        DuckDBType.Blob or DuckDBType.Geometry => new BlobJsonConverter(),
        DuckDBType.Bit => new BitJsonConverter(),
        DuckDBType.BigNum => new BigNumJsonConverter(),
        DuckDBType.Enum => new EnumJsonConverter(type),
        DuckDBType.SqlNull => new NullJsonConverter(),
        DuckDBType.List => new ListJsonConverter(Create(type.Child!)),
        DuckDBType.Array => new ArrayJsonConverter(Create(type.Child!), type.ArraySize),
        DuckDBType.Struct => new StructJsonConverter(type, [.. type.Fields.Select(field => Create(field.Type))]),
        DuckDBType.Map => new MapJsonConverter(type, Create(type.Fields[0].Type), Create(type.Fields[1].Type)),
        DuckDBType.Union => new UnionJsonConverter([.. type.Fields.Select(field => Create(field.Type))]),
        DuckDBType.Variant => throw new NotSupportedException("A VARIANT column cannot be written as JSON: cast it to JSON in the query."),
        DuckDBType.Invalid or DuckDBType.Any or DuckDBType.StringLiteral or DuckDBType.IntegerLiteral =>
            throw new NotSupportedException($"The type {type} has no values."),
        _ => throw new NotSupportedException($"DuckDB's type number {(int)type.Type} is not known to this binding: cast the column to VARCHAR."),
    };

    private static void Boolean(JsonOutput output, byte value) => output.Raw(value != 0 ? "true"u8 : "false"u8);

    private static void Number<T>(JsonOutput output, T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(output.Room(NumberLength), out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private static void Float(JsonOutput output, float value)
    {
        if (float.IsFinite(value))
        {
            Number(output, value);
        }
        else
        {
            NonFinite(output, value);
        }
    }

    private static void Double(JsonOutput output, double value)
    {
        if (double.IsFinite(value))
        {
            Number(output, value);
        }
        else
        {
            NonFinite(output, value);
        }
    }

    private static void NonFinite(JsonOutput output, double value)
    {
        output.NonFiniteCount++;
        output.Raw(!output.WritesNonFiniteTexts ? "null"u8 : double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
    }

    private static void Date(JsonOutput output, DuckDBDate value)
    {
        var room = Open(output);
        Close(output, room, IsoText.Date(value, room[1..]));
    }

    private static void Time(JsonOutput output, DuckDBTime value)
    {
        var room = Open(output);
        Close(output, room, IsoText.TimeOfDay(value.Micros * 1000, room[1..]));
    }

    private static void TimeNs(JsonOutput output, DuckDBTimeNs value)
    {
        var room = Open(output);
        Close(output, room, IsoText.TimeOfDay(value.Nanos, room[1..]));
    }

    private static void TimeTz(JsonOutput output, DuckDBTimeTz value)
    {
        var room = Open(output);
        Close(output, room, IsoText.TimeTz(value, room[1..]));
    }

    private static void Timestamp(JsonOutput output, DuckDBTimestamp value) => Instant(output, value.Micros, 1_000_000, zulu: false);

    private static void TimestampTz(JsonOutput output, DuckDBTimestampTz value) => Instant(output, value.Micros, 1_000_000, zulu: true);

    private static void TimestampS(JsonOutput output, DuckDBTimestampS value) => Instant(output, value.Seconds, 1, zulu: false);

    private static void TimestampMs(JsonOutput output, DuckDBTimestampMs value) => Instant(output, value.Millis, 1_000, zulu: false);

    private static void TimestampNs(JsonOutput output, DuckDBTimestampNs value) => Instant(output, value.Nanos, 1_000_000_000, zulu: false);

    private static void Instant(JsonOutput output, long value, long unitsPerSecond, bool zulu)
    {
        var room = Open(output);
        Close(output, room, IsoText.Timestamp(value, unitsPerSecond, zulu, room[1..]));
    }

    private static void Interval(JsonOutput output, DuckDBInterval value)
    {
        var room = Open(output);
        Close(output, room, IsoText.Interval(value, room[1..]));
    }

    private static void Uuid(JsonOutput output, DuckDBUuid value)
    {
        var room = Open(output);
        value.ToGuid().TryFormat(room[1..], out var written);
        Close(output, room, written);
    }

    /// <summary>Room for a quoted text that needs no escapes.</summary>
    private static Span<byte> Open(JsonOutput output)
    {
        var room = output.Room(IsoText.MaximumLength + 2);
        room[0] = (byte)'"';
        return room;
    }

    private static void Close(JsonOutput output, Span<byte> room, int length)
    {
        room[length + 1] = (byte)'"';
        output.Advance(length + 2);
    }
}
