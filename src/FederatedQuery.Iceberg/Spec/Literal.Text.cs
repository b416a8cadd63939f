using System.Globalization;

namespace FederatedQuery.Iceberg.Spec;

public readonly partial struct Literal
{
    /// <summary>
    /// Reads the text form of a value of <paramref name="type"/>: ISO 8601 for dates, times and timestamps, hex for bytes, plain or
    /// scientific notation for numbers. Nothing is rounded: a text that needs more digits than the type has is refused.
    /// </summary>
    public static bool TryParse(PrimitiveType type, string text, out Literal value)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(text);
        var parsed = Parse(type, text);
        value = parsed.GetValueOrDefault();
        return parsed.HasValue;
    }

    /// <summary>
    /// A text for people, which <see cref="TryParse"/> reads again: ISO 8601 for dates and timestamps, hex for bytes, digits of the
    /// scale for decimals.
    /// </summary>
    public override string ToString() => TypeId switch
    {
        TypeId.Boolean => AsBoolean ? "true" : "false",
        TypeId.Int or TypeId.Long => AsLong.ToString(CultureInfo.InvariantCulture),
        TypeId.Float => AsFloat.ToString(CultureInfo.InvariantCulture),
        TypeId.Double => AsDouble.ToString(CultureInfo.InvariantCulture),
        TypeId.Decimal => DecimalText.Format(UnscaledValue, Scale),
        TypeId.Date => CivilTimeText.Date(AsInt),
        TypeId.Time => CivilTimeText.Time(AsLong),
        TypeId.Timestamp => CivilTimeText.Timestamp(AsLong, nanos: false, withZone: false),
        TypeId.Timestamptz => CivilTimeText.Timestamp(AsLong, nanos: false, withZone: true),
        TypeId.TimestampNs => CivilTimeText.Timestamp(AsLong, nanos: true, withZone: false),
        TypeId.TimestamptzNs => CivilTimeText.Timestamp(AsLong, nanos: true, withZone: true),
        TypeId.String => AsString,
        TypeId.Uuid => AsUuid.ToString("D"),
        _ => Convert.ToHexStringLower(AsBytes.Span),
    };

    private static Literal? Parse(PrimitiveType type, string text)
    {
        const NumberStyles FloatStyle = NumberStyles.Float;
        var culture = CultureInfo.InvariantCulture;
        switch (type)
        {
            case BooleanType:
                return bool.TryParse(text, out var boolean) ? Boolean(boolean) : null;
            case IntType:
                return int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var number) ? Int(number) : null;
            case LongType:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var wide) ? Long(wide) : null;
            case FloatType:
                return float.TryParse(text, FloatStyle, culture, out var single) ? Float(single) : null;
            case DoubleType:
                return double.TryParse(text, FloatStyle, culture, out var real) ? Double(real) : null;
            case DecimalType decimalType:
                return ParseDecimal(decimalType, text);
            case DateType:
                return CivilTimeText.TryDate(text, out var days) ? Date(days) : null;
            case TimeType:
                return CivilTimeText.TryTime(text, nanos: false, out var time) ? Time(time) : null;
            case TimestampType or TimestamptzType or TimestampNsType or TimestamptzNsType:
                var nanos = type is TimestampNsType or TimestamptzNsType;
                var withZone = type is TimestamptzType or TimestamptzNsType;
                return CivilTimeText.TryTimestamp(text, nanos, withZone, out var units) ? Temporal(type.TypeId, units) : null;
            case StringType:
                return String(text);
            case UuidType:
                return Guid.TryParseExact(text, "D", out var uuid) ? Uuid(uuid) : null;
            case FixedType or BinaryType:
                return ParseHex(type, text);
            default:
                return null;
        }
    }

    private static Literal? ParseDecimal(DecimalType type, string text)
    {
        if (!DecimalText.TryParse(text, out var unscaled, out var scale)
            || !DecimalText.TryRescale(unscaled, scale, type.Scale, out var rescaled))
        {
            return null;
        }

        var value = Decimal(rescaled, type.Scale);
        return value.IsOf(type) ? value : null;
    }

    private static Literal? ParseHex(PrimitiveType type, string text)
    {
        if (text.Length % 2 != 0 || !text.AsSpan().TrimStart("0123456789abcdefABCDEF").IsEmpty)
        {
            return null;
        }

        var bytes = Convert.FromHexString(text);
        return type is not FixedType { Length: var length } ? Binary(bytes) : bytes.Length == length ? Fixed(bytes) : null;
    }
}
