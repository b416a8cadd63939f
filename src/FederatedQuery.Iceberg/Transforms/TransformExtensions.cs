using System.Globalization;
using System.Text;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transforms;

/// <summary>What the transforms compute (spec: Partition Transforms).</summary>
public static class TransformExtensions
{
    // Names of files take 255 bytes on most disks, keys of S3 1,024 in all.
    private const int MaxPathSegment = 200;
    private const int MaxPath = 600;

    /// <summary>Transforms a value of a type the transform is defined for; null gives null.</summary>
    /// <exception cref="IcebergException">The transform is not known, or not defined for the value's type.</exception>
    public static Literal? Apply(this Transform transform, Literal? value)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return value is not { } present || transform is VoidTransform ? null : transform.Apply(present);
    }

    /// <inheritdoc cref="Apply(Transform, Literal?)"/>
    internal static Literal Apply(this Transform transform, Literal value) => (transform, value.TypeId) switch
    {
        (IdentityTransform, _) => value,
        (BucketTransform bucket, TypeId.Int or TypeId.Long or (>= TypeId.Decimal and <= TypeId.Binary)) =>
            Literal.Int((BucketHash.Of(value) & int.MaxValue) % bucket.NumBuckets),
        (TruncateTransform truncate, TypeId.Int or TypeId.Long or TypeId.Decimal or TypeId.String or TypeId.Binary) =>
            Truncate(value, truncate.Width),
        (YearTransform, _) when Days(value) is { } days => Literal.Int((int)(CivilTime.FromDays(days).Year - 1970)),
        (MonthTransform, _) when Days(value) is { } days => Literal.Int(Months(days)),
        (DayTransform, _) when Days(value) is { } days => Literal.Date((int)days),
        (HourTransform, >= TypeId.Timestamp and <= TypeId.TimestamptzNs) => Literal.Int(Hours(value)),
        (UnknownTransform, _) => throw IcebergException.Unsupported($"The transform '{transform}' is not known, so it cannot be computed."),
        _ => throw IcebergException.InvalidValue($"The transform '{transform}' is not defined for a value of kind {value.TypeId}."),
    };

    /// <summary>
    /// The text of a partition value in paths and messages: <c>2017-12</c> for a month, <c>null</c> for null, base64 for bytes.
    /// </summary>
    public static string ToHumanString(this Transform transform, Literal? value)
    {
        if (value is not { } present)
        {
            return "null";
        }

        return transform switch
        {
            YearTransform => CivilTimeText.Year(1970L + present.AsInt),
            MonthTransform => HumanMonth(present.AsInt),
            DayTransform => CivilTimeText.Date(present.AsInt),
            HourTransform => HumanHour(present.AsInt),
            _ when present.TypeId is TypeId.Fixed or TypeId.Binary => Convert.ToBase64String(present.AsBytes.Span),
            _ => present.ToString(),
        };
    }

    /// <summary>
    /// <c>name=value</c> for every partition field, joined by slashes, with both sides percent-encoded; empty when unpartitioned.
    /// Long values are cut, so two partitions may have one path.
    /// </summary>
    public static string PartitionPath(this PartitionSpec spec, PartitionData partition)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(partition);
        var length = Math.Min(MaxPathSegment, MaxPath / Math.Max(1, spec.Fields.Length));
        return string.Join('/', spec.Fields.Select((field, i) => Segment(field.Name, field.Transform.ToHumanString(partition[i]), length)));
    }

    /// <summary>Values that are too long for a name of a file are cut: what a partition's values are stands in the manifest, its folder is for people.</summary>
    private static string Segment(string name, string value, int maxLength)
    {
        var segment = $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
        if (segment.Length <= maxLength)
        {
            return segment;
        }

        var cut = new StringBuilder();
        foreach (var rune in $"{name}={value}".EnumerateRunes())
        {
            var encoded = rune.Value == '=' ? "=" : Uri.EscapeDataString(rune.ToString());
            if (cut.Length + encoded.Length > maxLength)
            {
                break;
            }

            cut.Append(encoded);
        }

        return cut.ToString();
    }

    private static Literal Truncate(Literal value, int width) => value.TypeId switch
    {
        // Near the lower end of the type the result wraps around, as it does in the reference implementation.
        TypeId.Int => Literal.Int(unchecked(value.AsInt - (int)FloorRemainder(value.AsInt, width))),
        TypeId.Long => Literal.Long(unchecked(value.AsLong - FloorRemainder(value.AsLong, width))),
        TypeId.Decimal => Literal.Decimal(value.UnscaledValue - FloorRemainder(value.UnscaledValue, width), value.Scale),
        TypeId.String => Literal.String(value.AsString[..CodePoints.UnitsOf(value.AsString, width)]),
        _ => Literal.Binary(value.AsBytes.Span[..Math.Min(width, value.AsBytes.Length)]),
    };

    private static long FloorRemainder(long value, int width) => value % width is var rest and < 0 ? rest + width : value % width;

    private static Int128 FloorRemainder(Int128 value, int width)
    {
        var rest = value % width;
        return rest < 0 ? rest + width : rest;
    }

    private static long? Days(Literal value) => value.TypeId switch
    {
        TypeId.Date => value.AsInt,
        TypeId.Timestamp or TypeId.Timestamptz => CivilTime.FloorDivide(value.AsLong, CivilTime.MicrosPerDay),
        TypeId.TimestampNs or TypeId.TimestamptzNs => CivilTime.FloorDivide(value.AsLong, CivilTime.NanosPerDay),
        _ => null,
    };

    private static int Hours(Literal timestamp)
    {
        var nanos = timestamp.TypeId is TypeId.TimestampNs or TypeId.TimestamptzNs;
        var hours = CivilTime.FloorDivide(timestamp.AsLong, nanos ? CivilTime.MicrosPerHour * 1_000 : CivilTime.MicrosPerHour);

        // Microseconds reach a quarter of a million years further than an int of hours does.
        return (int)Math.Clamp(hours, int.MinValue, int.MaxValue);
    }

    private static int Months(long days)
    {
        var (year, month, _) = CivilTime.FromDays(days);
        return (int)((year - 1970) * 12 + month - 1);
    }

    private static string HumanMonth(int months)
    {
        var years = CivilTime.FloorDivide(months, 12);
        return string.Create(CultureInfo.InvariantCulture, $"{CivilTimeText.Year(1970 + years)}-{months - years * 12 + 1:00}");
    }

    private static string HumanHour(int hours)
    {
        var days = CivilTime.FloorDivide(hours, 24);
        return string.Create(CultureInfo.InvariantCulture, $"{CivilTimeText.Date(days)}-{hours - days * 24:00}");
    }
}
