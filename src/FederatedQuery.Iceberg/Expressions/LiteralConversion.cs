using System.Numerics;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>Where a constant lies among the values of a column's type.</summary>
internal enum LiteralFit
{
    /// <summary>It is one of them.</summary>
    Exact,

    /// <summary>It lies between two of them; the lower one is known.</summary>
    Between,

    /// <summary>It is below all of them.</summary>
    Below,

    /// <summary>It is above all of them.</summary>
    Above,
}

/// <summary>A constant turned into a value of a column's type: for <see cref="LiteralFit.Between"/> the greatest value below it.</summary>
internal readonly record struct ConvertedLiteral(LiteralFit Fit, Literal Value);

/// <summary>
/// Turns constants into values of a column's type, exactly: <c>int_col &lt; 2.5</c> is decided by 2 and "between", not by rounding.
/// </summary>
internal static class LiteralConversion
{
    /// <returns>Null when constants of that kind cannot be compared with the type.</returns>
    public static ConvertedLiteral? To(PrimitiveType type, Literal value)
    {
        var converted = Convert(type, value);
        return converted is { Fit: LiteralFit.Exact or LiteralFit.Between } found ? found with { Value = PositiveZero(found.Value) } : converted;
    }

    private static Literal PositiveZero(Literal value) => value.TypeId switch
    {
        TypeId.Float when value.AsFloat == 0 => Literal.Float(0),
        TypeId.Double when value.AsDouble == 0 => Literal.Double(0),
        _ => value,
    };

    private static ConvertedLiteral? Convert(PrimitiveType type, Literal value) => type switch
    {
        _ when value.IsOf(type) => Exact(value),
        IntType or LongType or FloatType or DoubleType or DecimalType when IsNumber(value) => Number(type, value),
        DecimalType when value.TypeId == TypeId.String =>
            DecimalText.TryParse(value.AsString, out var unscaled, out var scale) && Math.Abs(scale) <= DecimalType.MaxScale
                ? Number(type, Literal.Decimal(unscaled, scale))
                : null,
        TimestampType or TimestampNsType when value.TypeId is TypeId.Date or TypeId.Timestamp or TypeId.TimestampNs => Timestamp(type, value),
        TimestamptzType or TimestamptzNsType when value.TypeId is TypeId.Timestamptz or TypeId.TimestamptzNs => Timestamp(type, value),
        DateType when value.TypeId is TypeId.Timestamp or TypeId.TimestampNs => Timestamp(type, value),
        DateType or TimeType or TimestampType or TimestamptzType or TimestampNsType or TimestamptzNsType or UuidType
            when value.TypeId == TypeId.String => Literal.TryParse(type, value.AsString, out var parsed) ? Exact(parsed) : null,
        BinaryType when value.TypeId == TypeId.Fixed => Exact(Literal.Binary(value.AsBytes.Span)),
        FixedType fixedType when value.TypeId == TypeId.Binary && value.AsBytes.Length == fixedType.Length => Exact(Literal.Fixed(value.AsBytes.Span)),
        _ => null,
    };

    private static bool IsNumber(Literal value) => value.TypeId is TypeId.Int or TypeId.Long or TypeId.Float or TypeId.Double or TypeId.Decimal;

    private static ConvertedLiteral Exact(Literal value) => new(LiteralFit.Exact, value);

    private static ConvertedLiteral Number(PrimitiveType type, Literal value)
    {
        if (ExactNumber.Of(value) is not { } number)
        {
            var infinity = value.AsDouble;
            return type switch
            {
                FloatType => Exact(Literal.Float((float)infinity)),
                DoubleType => Exact(Literal.Double(infinity)),
                _ => new ConvertedLiteral(infinity > 0 ? LiteralFit.Above : LiteralFit.Below, default),
            };
        }

        switch (type)
        {
            case IntType:
                return Whole(number.Floor(0, out var exact), exact, int.MinValue, int.MaxValue, whole => Literal.Int((int)whole));
            case LongType:
                return Whole(number.Floor(0, out exact), exact, long.MinValue, long.MaxValue, whole => Literal.Long((long)whole));
            case DecimalType { MaxUnscaledValue: var max, Scale: var scale }:
                return Whole(number.Floor(scale, out exact), exact, -(BigInteger)max, max, whole => Literal.Decimal((Int128)whole, scale));
            case FloatType:
                var single = number.FloorToFloat();
                return new ConvertedLiteral(IsExactly(single, number), Literal.Float(single));
            default:
                var real = number.FloorToDouble();
                return new ConvertedLiteral(IsExactly(real, number), Literal.Double(real));
        }
    }

    private static LiteralFit IsExactly(double floor, ExactNumber number) =>
        double.IsFinite(floor) && ExactNumber.Of(floor).CompareTo(number) == 0 ? LiteralFit.Exact : LiteralFit.Between;

    private static ConvertedLiteral Timestamp(PrimitiveType type, Literal value)
    {
        var nanosPerUnit = NanosPerUnit(type.TypeId);
        var nanos = (BigInteger)value.AsLong * NanosPerUnit(value.TypeId);
        var units = BigInteger.DivRem(nanos, nanosPerUnit, out var remainder);
        units = remainder.Sign < 0 ? units - 1 : units;
        return type is DateType
            ? Whole(units, remainder.IsZero, int.MinValue, int.MaxValue, whole => Literal.Date((int)whole))
            : Whole(units, remainder.IsZero, long.MinValue, long.MaxValue, whole => Literal.Temporal(type.TypeId, (long)whole));
    }

    private static long NanosPerUnit(TypeId typeId) => typeId switch
    {
        TypeId.Date => CivilTime.NanosPerDay,
        TypeId.Timestamp or TypeId.Timestamptz => 1_000,
        _ => 1,
    };

    private static ConvertedLiteral Whole(BigInteger floor, bool exact, BigInteger min, BigInteger max, Func<BigInteger, Literal> make) =>
        floor < min ? new ConvertedLiteral(LiteralFit.Below, default)
        : floor > max || (floor == max && !exact) ? new ConvertedLiteral(LiteralFit.Above, default)
        : new ConvertedLiteral(exact ? LiteralFit.Exact : LiteralFit.Between, make(floor));
}
