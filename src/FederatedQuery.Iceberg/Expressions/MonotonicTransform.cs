using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>What both projections need to know of the transforms that keep order: truncate, year, month, day, hour.</summary>
internal static class MonotonicTransform
{
    /// <summary>
    /// The next value of a type whose values can be counted (whole numbers, decimals, dates, timestamps); null for others and at the
    /// end.
    /// </summary>
    public static Literal? Next(Literal value) => Step(value, 1);

    /// <summary>The value before, as <see cref="Next"/>.</summary>
    public static Literal? Previous(Literal value) => Step(value, -1);

    /// <summary>
    /// Whether files may carry a result that is one too high. Early writers rounded times before 1970 towards it; so results below zero may
    /// stand in files as the next one, which is why a projection lets that pass too.
    /// </summary>
    public static bool MayBeOneTooHigh(Transform transform, Literal source, Literal result) =>
        transform is YearTransform or MonthTransform or DayTransform or HourTransform
        && !(transform is DayTransform && source.TypeId == TypeId.Date) && result.AsInt < 0;

    public static Literal PlusOne(Literal result) => result.TypeId == TypeId.Date ? Literal.Date(result.AsInt + 1) : Literal.Int(result.AsInt + 1);

    /// <summary>What a value's result may be in files, ascending: it, and the one that early writers may have stored for it.</summary>
    public static Literal[] Results(Transform transform, Literal value)
    {
        var result = transform.Apply(value);
        return MayBeOneTooHigh(transform, value, result) ? [result, PlusOne(result)] : [result];
    }

    /// <summary>As <see cref="Results"/>, with what was stored while the column was an int and the result wrapped around.</summary>
    public static IEnumerable<Literal> ResultsOfAnyTime(Transform transform, Literal value)
    {
        foreach (var result in Results(transform, value))
        {
            yield return result;
        }

        if (transform is TruncateTransform && value.TypeId == TypeId.Long && InRange(value.AsLong) && !InRange(transform.Apply(value).AsLong))
        {
            yield return Literal.Long(transform.Apply(Literal.Int((int)value.AsLong)).AsInt);
        }
    }

    /// <summary>
    /// Truncating int or long within a width of the type's lower end wraps around to its upper end: the results that such a value can have. A long may have been
    /// an int when the result was stored.
    /// </summary>
    /// <returns>Ranges; without a highest result: all from the least on.</returns>
    public static IReadOnlyList<(Literal Least, Literal? Most)> Wrapped(Transform transform, Literal source) => (transform, source.TypeId) switch
    {
        (TruncateTransform { Width: > 1 and var width }, TypeId.Int) => [(Literal.Int(int.MaxValue - width + 2), null)],
        (TruncateTransform { Width: > 1 and var width }, TypeId.Long) =>
            [(Literal.Long(int.MaxValue - (long)width + 2), Literal.Long(int.MaxValue)), (Literal.Long(long.MaxValue - width + 2), null)],
        _ => [],
    };

    /// <summary>The constant is one of those whose result wraps around.</summary>
    public static bool Wraps(Transform transform, Literal source) =>
        transform is TruncateTransform && source.TypeId is TypeId.Int or TypeId.Long && transform.Apply(source).CompareTo(source) > 0;

    private static Literal? Step(Literal value, int step) => value.TypeId switch
    {
        TypeId.Int when InRange(value.AsLong + step) => Literal.Int((int)(value.AsLong + step)),
        TypeId.Date when InRange(value.AsLong + step) => Literal.Date((int)(value.AsLong + step)),
        TypeId.Long when value.AsLong != Edge(step) => Literal.Long(value.AsLong + step),
        TypeId.Decimal => Literal.Decimal(value.UnscaledValue + step, value.Scale),
        >= TypeId.Time and <= TypeId.TimestamptzNs when value.AsLong != Edge(step) => Literal.Temporal(value.TypeId, value.AsLong + step),
        _ => null,
    };

    private static bool InRange(long value) => value is >= int.MinValue and <= int.MaxValue;

    private static long Edge(int step) => step > 0 ? long.MaxValue : long.MinValue;
}
