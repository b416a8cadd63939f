using System.Buffers.Binary;
using System.Text;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Binary single-value serialization (spec: Appendix D).</summary>
public readonly partial struct Literal
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads the bytes as a value of <paramref name="type"/>. Bounds keep the type they were written with, so the narrower forms of
    /// promoted columns are accepted: 4 bytes for long (int), double (float) and timestamps (date) (spec: Schema Evolution).
    /// </summary>
    /// <exception cref="IcebergException">The bytes are not a value of the type.</exception>
    public static Literal FromBytes(PrimitiveType type, ReadOnlySpan<byte> bytes) =>
        TryFromBytes(type, bytes, out var value)
            ? value
            : throw IcebergException.InvalidValue(
                $"{bytes.Length} bytes (0x{Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, 40)])}) are not a value of "
                + $"type {type}.");

    /// <inheritdoc cref="FromBytes"/>
    /// <returns>
    /// False when the bytes are not a value of the type, or the type has no such serialization (unknown, geometry, geography).
    /// </returns>
    public static bool TryFromBytes(PrimitiveType type, ReadOnlySpan<byte> bytes, out Literal value)
    {
        ArgumentNullException.ThrowIfNull(type);
        value = default;
        switch (type.TypeId)
        {
            case TypeId.Boolean when bytes.Length == 1:
                value = Boolean(bytes[0] != 0);
                return true;
            case TypeId.Int when bytes.Length == 4:
                value = Int(BinaryPrimitives.ReadInt32LittleEndian(bytes));
                return true;
            case TypeId.Long when bytes.Length == 8:
                value = Long(BinaryPrimitives.ReadInt64LittleEndian(bytes));
                return true;
            case TypeId.Long when bytes.Length == 4:
                value = Long(BinaryPrimitives.ReadInt32LittleEndian(bytes));
                return true;
            case TypeId.Float when bytes.Length == 4:
                value = Float(BinaryPrimitives.ReadSingleLittleEndian(bytes));
                return true;
            case TypeId.Double when bytes.Length == 8:
                value = Double(BinaryPrimitives.ReadDoubleLittleEndian(bytes));
                return true;
            case TypeId.Double when bytes.Length == 4:
                value = Double(BinaryPrimitives.ReadSingleLittleEndian(bytes));
                return true;
            case TypeId.Date when bytes.Length == 4:
                value = Date(BinaryPrimitives.ReadInt32LittleEndian(bytes));
                return true;
            case TypeId.Time or TypeId.Timestamp or TypeId.Timestamptz or TypeId.TimestampNs or TypeId.TimestamptzNs when bytes.Length == 8:
                value = Temporal(type.TypeId, BinaryPrimitives.ReadInt64LittleEndian(bytes));
                return true;
            case TypeId.Timestamp or TypeId.TimestampNs when bytes.Length == 4:
                return TryDateAsTimestamp(type.TypeId, BinaryPrimitives.ReadInt32LittleEndian(bytes), out value);
            case TypeId.String:
                return TryText(bytes, out value);
            case TypeId.Uuid when bytes.Length == 16:
                value = UuidFromBytes(bytes);
                return true;
            case TypeId.Fixed when bytes.Length == ((FixedType)type).Length:
                value = Fixed(bytes);
                return true;
            case TypeId.Binary:
                value = Binary(bytes);
                return true;
            case TypeId.Decimal when bytes.Length > 0 && TryUnscaled(bytes, out var unscaled):
                value = Decimal(unscaled, ((DecimalType)type).Scale);
                return true;
            default:
                return false;
        }
    }

    public byte[] ToBytes()
    {
        switch (TypeId)
        {
            case TypeId.Boolean:
                return [(byte)_low];
            case TypeId.Int or TypeId.Float or TypeId.Date:
                var four = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(four, (int)_low);
                return four;
            case TypeId.String:
                return Encoding.UTF8.GetBytes(AsString);
            case TypeId.Uuid:
                var uuid = new byte[16];
                WriteUuid(uuid);
                return uuid;
            case TypeId.Fixed or TypeId.Binary:
                return AsBytes.ToArray();
            case TypeId.Decimal:
                return ToMinimalBigEndian(UnscaledValue);
            default:
                var eight = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(eight, _low);
                return eight;
        }
    }

    /// <summary>Two's complement, most significant byte first, no more bytes than needed.</summary>
    internal static byte[] ToMinimalBigEndian(Int128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt128BigEndian(bytes, value);
        var start = 0;
        var padding = value < 0 ? (byte)0xFF : (byte)0;
        while (start < 15 && bytes[start] == padding && (bytes[start + 1] & 0x80) == (padding & 0x80))
        {
            start++;
        }

        return bytes[start..].ToArray();
    }

    private static bool TryUnscaled(ReadOnlySpan<byte> bigEndian, out Int128 value)
    {
        var padding = (bigEndian[0] & 0x80) != 0 ? (byte)0xFF : (byte)0;
        while (bigEndian.Length > 16 && bigEndian[0] == padding && (bigEndian[1] & 0x80) == (padding & 0x80))
        {
            bigEndian = bigEndian[1..];
        }

        value = 0;
        if (bigEndian.Length > 16)
        {
            return false;
        }

        Span<byte> wide = stackalloc byte[16];
        wide.Fill(padding);
        bigEndian.CopyTo(wide[(16 - bigEndian.Length)..]);
        value = BinaryPrimitives.ReadInt128BigEndian(wide);
        return true;
    }

    private static bool TryDateAsTimestamp(TypeId typeId, int days, out Literal value)
    {
        var unitsPerDay = typeId == TypeId.Timestamp ? CivilTime.MicrosPerDay : CivilTime.NanosPerDay;
        var units = (Int128)days * unitsPerDay;
        var fits = units >= long.MinValue && units <= long.MaxValue;
        value = fits ? Temporal(typeId, (long)units) : default;
        return fits;
    }

    private static bool TryText(ReadOnlySpan<byte> utf8, out Literal value)
    {
        var valid = System.Text.Unicode.Utf8.IsValid(utf8);
        value = valid ? String(StrictUtf8.GetString(utf8)) : default;
        return valid;
    }
}
