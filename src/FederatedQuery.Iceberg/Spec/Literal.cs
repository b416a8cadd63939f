using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// A value of a primitive type: in predicates, bounds and partition tuples. Never null (a null value is a <c>Literal?</c> without value)
/// and, but for text and bytes, never on the heap. <see cref="Equals(Literal)"/> and <see cref="CompareTo"/> are Iceberg's sort order
/// (spec: Sorting): -0 below +0, NaN above all numbers, text by code point, bytes and UUIDs unsigned. Values of two types are not equal,
/// except that decimals of different scales are compared by what they are worth.
/// </summary>
public readonly partial struct Literal : IEquatable<Literal>, IComparable<Literal>
{
    private readonly object? _reference;
    private readonly long _low;
    private readonly long _high;
    private readonly sbyte _scale;

    private Literal(TypeId typeId, long low, long high = 0, sbyte scale = 0, object? reference = null)
    {
        TypeId = typeId;
        _low = low;
        _high = high;
        _scale = scale;
        _reference = reference;
    }

    /// <summary>The kind of the value's type, <see cref="Spec.TypeId.Boolean"/> to <see cref="Spec.TypeId.Binary"/>.</summary>
    public TypeId TypeId { get; }

    public static Literal Boolean(bool value) => new(TypeId.Boolean, value ? 1 : 0);

    public static Literal Int(int value) => new(TypeId.Int, value);

    public static Literal Long(long value) => new(TypeId.Long, value);

    public static Literal Float(float value) => new(TypeId.Float, BitConverter.SingleToInt32Bits(value));

    public static Literal Double(double value) => new(TypeId.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary><paramref name="unscaled"/> times ten to the power of minus <paramref name="scale"/>.</summary>
    public static Literal Decimal(Int128 unscaled, int scale) =>
        new(TypeId.Decimal, (long)(ulong)(UInt128)unscaled, (long)(unscaled >> 64), checked((sbyte)scale));

    public static Literal Date(int daysSinceEpoch) => new(TypeId.Date, daysSinceEpoch);

    public static Literal Time(long microsSinceMidnight) => new(TypeId.Time, microsSinceMidnight);

    public static Literal Timestamp(long microsSinceEpoch) => new(TypeId.Timestamp, microsSinceEpoch);

    public static Literal Timestamptz(long microsSinceEpoch) => new(TypeId.Timestamptz, microsSinceEpoch);

    public static Literal TimestampNs(long nanosSinceEpoch) => new(TypeId.TimestampNs, nanosSinceEpoch);

    public static Literal TimestamptzNs(long nanosSinceEpoch) => new(TypeId.TimestamptzNs, nanosSinceEpoch);

    public static Literal String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(TypeId.String, 0, reference: value);
    }

    public static Literal Uuid(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return UuidFromBytes(bytes);
    }

    /// <summary>The bytes are copied.</summary>
    public static Literal Fixed(ReadOnlySpan<byte> value) => new(TypeId.Fixed, 0, reference: value.ToArray());

    /// <summary>The bytes are copied.</summary>
    public static Literal Binary(ReadOnlySpan<byte> value) => new(TypeId.Binary, 0, reference: value.ToArray());

    /// <summary>A day, time or timestamp of the given kind, counted in that kind's unit.</summary>
    internal static Literal Temporal(TypeId typeId, long value) => typeId switch
    {
        TypeId.Date => Date(checked((int)value)),
        TypeId.Time or TypeId.Timestamp or TypeId.Timestamptz or TypeId.TimestampNs or TypeId.TimestamptzNs => new(typeId, value),
        _ => throw new ArgumentOutOfRangeException(nameof(typeId), typeId, "Not a date, time or timestamp."),
    };

    internal static Literal UuidFromBytes(ReadOnlySpan<byte> bigEndian) => new(
        TypeId.Uuid, BinaryPrimitives.ReadInt64BigEndian(bigEndian[8..]), BinaryPrimitives.ReadInt64BigEndian(bigEndian));

    public bool AsBoolean => TypeId == TypeId.Boolean ? _low != 0 : Wrong<bool>();

    /// <summary>The value of an int, or the days of a date.</summary>
    public int AsInt => TypeId is TypeId.Int or TypeId.Date ? (int)_low : Wrong<int>();

    /// <summary>The value of an int or long, the days of a date, the micro- or nanoseconds of a time or timestamp.</summary>
    public long AsLong => IsIntegral ? _low : Wrong<long>();

    public float AsFloat => TypeId == TypeId.Float ? BitConverter.Int32BitsToSingle((int)_low) : Wrong<float>();

    /// <summary>The value of a double, or of a float widened.</summary>
    public double AsDouble => TypeId switch
    {
        TypeId.Double => BitConverter.Int64BitsToDouble(_low),
        TypeId.Float => BitConverter.Int32BitsToSingle((int)_low),
        _ => Wrong<double>(),
    };

    /// <summary>A decimal's value without its decimal point; see <see cref="Scale"/>.</summary>
    public Int128 UnscaledValue => TypeId == TypeId.Decimal ? new Int128((ulong)_high, (ulong)_low) : Wrong<Int128>();

    public int Scale => TypeId == TypeId.Decimal ? _scale : Wrong<int>();

    public string AsString => TypeId == TypeId.String ? (string?)_reference ?? "" : Wrong<string>();

    public Guid AsUuid
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            WriteUuid(bytes);
            return new Guid(bytes, bigEndian: true);
        }
    }

    /// <summary>The bytes of a fixed or binary value.</summary>
    public ReadOnlyMemory<byte> AsBytes => TypeId is TypeId.Fixed or TypeId.Binary ? (byte[]?)_reference : Wrong<byte[]>();

    public bool IsNaN => TypeId is TypeId.Float or TypeId.Double && double.IsNaN(AsDouble);

    /// <summary>True for int, long, date, time and all timestamps: the value is <see cref="AsLong"/>.</summary>
    internal bool IsIntegral => TypeId is TypeId.Int or TypeId.Long or (>= TypeId.Date and <= TypeId.TimestamptzNs);

    internal void WriteUuid(Span<byte> bigEndian)
    {
        _ = TypeId == TypeId.Uuid ? true : Wrong<bool>();
        BinaryPrimitives.WriteInt64BigEndian(bigEndian, _high);
        BinaryPrimitives.WriteInt64BigEndian(bigEndian[8..], _low);
    }

    /// <summary>
    /// True when this is a value of <paramref name="type"/>: the same kind and, where it applies, the scale, the precision and the length.
    /// </summary>
    public bool IsOf(IcebergType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return TypeId == type.TypeId && type switch
        {
            DecimalType d => Scale == d.Scale && UnscaledValue <= d.MaxUnscaledValue && UnscaledValue >= -d.MaxUnscaledValue,
            FixedType f => AsBytes.Length == f.Length,
            _ => true,
        };
    }

    [DoesNotReturn]
    private T Wrong<T>([System.Runtime.CompilerServices.CallerMemberName] string member = "") =>
        throw new InvalidOperationException($"A literal of kind {TypeId} has no {member}.");
}
