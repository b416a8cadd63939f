using FederatedQuery.Gateway.Typed.Types;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Filters;

/// <summary>Coerced GraphQL values as values of a column.</summary>
internal static class Literals
{
    /// <returns>Null: no column of the type can have the value.</returns>
    public static Literal? Of(object value, IcebergType type) => (value, type) switch
    {
        (bool truth, BooleanType) => Literal.Boolean(truth),
        (int number, IntType) => Literal.Int(number),
        (long number, LongType) => Literal.Long(number),
        (double number, FloatType) => Literal.Float((float)number),
        (double number, DoubleType) => Literal.Double(number),
        (ColumnDecimal number, DecimalType) => number.ToLiteral(),
        (DateOnly day, DateType) => Literal.Date(EpochTime.DaysOf(day)),
        (TimeOnly time, TimeType) => Literal.Time(time.Ticks / TimeSpan.TicksPerMicrosecond),
        (DateTime moment, TimestampType) => Literal.Timestamp(EpochTime.MicrosOf(moment)),
        (DateTime moment, TimestampNsType) => Literal.TimestampNs(checked(EpochTime.MicrosOf(moment) * 1000)),
        (DateTimeOffset moment, TimestamptzType) => Literal.Timestamptz(EpochTime.MicrosOf(moment)),
        (DateTimeOffset moment, TimestamptzNsType) => Literal.TimestamptzNs(checked(EpochTime.MicrosOf(moment) * 1000)),
        (string text, StringType) => Literal.String(text),
        (Guid id, UuidType) => Literal.Uuid(id),
        (byte[] bytes, BinaryType) => Literal.Binary(bytes),
        (byte[] bytes, FixedType fixedType) => bytes.Length == fixedType.Length ? Literal.Fixed(bytes) : null,
        _ => throw new System.Diagnostics.UnreachableException($"A {value.GetType()} for a column of type {type}."),
    };
}
