using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Types;

/// <summary>A date as vectors hold it: days since 1970-01-01; the two infinities are int's largest and its negative.</summary>
public readonly record struct DuckDBDate(int Days)
{
    private static readonly int EpochDayNumber = new DateOnly(1970, 1, 1).DayNumber;

    public static readonly DuckDBDate Infinity = new(int.MaxValue);
    public static readonly DuckDBDate NegativeInfinity = new(-int.MaxValue);

    public bool IsFinite => Days is not (int.MaxValue or -int.MaxValue);

    public static DuckDBDate From(DateOnly date) => new(date.DayNumber - EpochDayNumber);

    /// <exception cref="ArgumentOutOfRangeException">The year is not within 1..9999.</exception>
    public DateOnly ToDateOnly() => DateOnly.FromDayNumber(checked(Days + EpochDayNumber));
}

/// <summary>A time of day: microseconds since midnight; DuckDB allows 24:00:00, which TimeOnly does not.</summary>
public readonly record struct DuckDBTime(long Micros)
{
    public static DuckDBTime From(TimeOnly time) => new(time.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <exception cref="ArgumentOutOfRangeException">The time is 24:00:00.</exception>
    public TimeOnly ToTimeOnly() => new(Micros * TimeSpan.TicksPerMicrosecond);
}

/// <summary>A time of day with nanoseconds (TIME_NS): nanoseconds since midnight.</summary>
public readonly record struct DuckDBTimeNs(long Nanos);

/// <summary>A time of day with an offset from UTC, packed as DuckDB does: 40 bits of microseconds over 24 bits of offset, inverted so that the bits sort.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBTimeTz
{
    private const int OffsetBits = 24;
    private const int MaximumOffsetSeconds = (16 * 60 * 60) - 1;

    public DuckDBTimeTz(long micros, int offsetSeconds) =>
        Bits = ((ulong)micros << OffsetBits) | (uint)(MaximumOffsetSeconds - offsetSeconds);

    public ulong Bits { get; }

    public long Micros => (long)(Bits >> OffsetBits);

    /// <summary>Seconds east of UTC.</summary>
    public int OffsetSeconds => MaximumOffsetSeconds - (int)(Bits & ((1u << OffsetBits) - 1));
}

/// <summary>A timestamp without zone: microseconds since 1970-01-01; the infinities are long's largest and its negative.</summary>
public readonly record struct DuckDBTimestamp(long Micros)
{
    public static readonly DuckDBTimestamp Infinity = new(long.MaxValue);
    public static readonly DuckDBTimestamp NegativeInfinity = new(-long.MaxValue);

    public bool IsFinite => Micros is not (long.MaxValue or -long.MaxValue);

    public static DuckDBTimestamp From(DateTime value) => new((value.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>The same wall clock, of unspecified kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The year is not within 1..9999.</exception>
    public DateTime ToDateTime() => new(checked((Micros * TimeSpan.TicksPerMicrosecond) + DateTime.UnixEpoch.Ticks), DateTimeKind.Unspecified);
}

/// <summary>An instant: microseconds since 1970-01-01T00:00:00Z.</summary>
public readonly record struct DuckDBTimestampTz(long Micros)
{
    public static readonly DuckDBTimestampTz Infinity = new(long.MaxValue);
    public static readonly DuckDBTimestampTz NegativeInfinity = new(-long.MaxValue);

    public bool IsFinite => Micros is not (long.MaxValue or -long.MaxValue);

    public static DuckDBTimestampTz From(DateTimeOffset value) => new((value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <exception cref="ArgumentOutOfRangeException">The year is not within 1..9999.</exception>
    public DateTimeOffset ToDateTimeOffset() => new(checked((Micros * TimeSpan.TicksPerMicrosecond) + DateTime.UnixEpoch.Ticks), TimeSpan.Zero);
}

/// <summary>A timestamp without zone, in seconds since 1970-01-01.</summary>
public readonly record struct DuckDBTimestampS(long Seconds);

/// <summary>A timestamp without zone, in milliseconds since 1970-01-01.</summary>
public readonly record struct DuckDBTimestampMs(long Millis);

/// <summary>A timestamp without zone, in nanoseconds since 1970-01-01.</summary>
public readonly record struct DuckDBTimestampNs(long Nanos);

/// <summary>An interval; months, days and microseconds do not convert into each other.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBInterval(int Months, int Days, long Micros);
