using System.Collections.Immutable;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Federation.Rows;

/// <summary>Figures of groups of one table's rows, over both tiers.</summary>
public sealed record AggregateQuery
{
    public required RegisteredTable Table { get; init; }

    /// <summary>Over the names of the table's schema.</summary>
    public Expression Filter { get; init; } = Expression.True;

    /// <summary>None: all rows are one group, which is there even without rows.</summary>
    public ImmutableArray<GroupKey> GroupBy { get; init; } = [];

    public ImmutableArray<Aggregate> Aggregates { get; init; } = [Aggregate.Count];

    /// <summary>By figures, the keys behind them; none: by the keys.</summary>
    public ImmutableArray<AggregateOrder> Order { get; init; } = [];

    /// <summary>The most groups; null: all.</summary>
    public int? First { get; init; }

    /// <summary>Whose budget of cold bytes is drawn on; where a session is given, it is the session's.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;
}

/// <summary>What rows are grouped by.</summary>
/// <param name="FieldId">A column of a primitive type.</param>
/// <param name="Bucket">Of a date or timestamp, the span of time that it is in; null: the value itself.</param>
public readonly record struct GroupKey(int FieldId, TimeBucket? Bucket = null);

/// <summary>Spans of time, in UTC, each known by its first instant.</summary>
public readonly record struct TimeBucket
{
    private TimeBucket(TimeSpan width, int months, TimeSpan origin) => (Width, Months, Origin) = (width, months, origin);

    public static TimeBucket Hour { get; } = Of(TimeSpan.FromHours(1));

    public static TimeBucket Day { get; } = Of(TimeSpan.FromDays(1));

    /// <summary>From Monday on: 1970 began on a Thursday.</summary>
    public static TimeBucket Week { get; } = new(TimeSpan.FromDays(7), 0, TimeSpan.FromDays(4));

    public static TimeBucket Month { get; } = new(TimeSpan.Zero, 1, TimeSpan.Zero);

    public static TimeBucket Year { get; } = new(TimeSpan.Zero, 12, TimeSpan.Zero);

    /// <summary>Zero where spans are counted in <see cref="Months"/>.</summary>
    public TimeSpan Width { get; }

    public int Months { get; }

    /// <summary>Of spans that lie whole in one of these: days where months are asked for.</summary>
    internal TimeSpan LeastWidth => Months > 0 ? TimeSpan.FromDays(1) : Width;

    /// <summary>Where one of the spans begins, from 1970-01-01 on.</summary>
    public TimeSpan Origin { get; }

    /// <param name="width">In whole microseconds; one span begins with 1970.</param>
    public static TimeBucket Of(TimeSpan width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, TimeSpan.FromMicroseconds(1));
        return new TimeBucket(width, 0, TimeSpan.Zero);
    }
}

/// <summary>A figure of a group.</summary>
/// <param name="FieldId">Not looked at of a count.</param>
public readonly record struct Aggregate(AggregateFunction Function, int FieldId)
{
    /// <summary>How many rows.</summary>
    public static Aggregate Count { get; } = new(AggregateFunction.Count, 0);
}

/// <summary>Of the values that are not null; of none of them, null.</summary>
public enum AggregateFunction
{
    /// <summary>Rows, whatever is null.</summary>
    Count,

    /// <summary>Of whole numbers and decimals a decimal, exact; of floats a double.</summary>
    Sum,

    /// <summary>Of whole numbers and decimals a decimal with at least sixteen digits, rounded half away from zero; of floats a double.</summary>
    Average,

    /// <summary>As rows are ordered: text by code point, NaN above all numbers.</summary>
    Minimum,
    Maximum,
}

/// <param name="Aggregate">Index into <see cref="AggregateQuery.Aggregates"/>.</param>
public readonly record struct AggregateOrder(int Aggregate, bool Descending);
