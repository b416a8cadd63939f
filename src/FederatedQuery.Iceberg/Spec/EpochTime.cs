namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Days and microseconds since 1970-01-01T00:00:00 (UTC), as Iceberg counts dates and timestamps ("Primitive Types" of the specification),
/// and .NET's calendar, which knows the years 1 to 9999.
/// </summary>
public static class EpochTime
{
    public const long MicrosPerDay = CivilTime.MicrosPerDay;

    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <returns>Microseconds; what is finer is cut off.</returns>
    public static long MicrosOf(DateTimeOffset instant) => (instant.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <inheritdoc cref="MicrosOf(DateTimeOffset)"/>
    /// <param name="time">Taken as it stands, whatever its kind: of UTC, or local to no place.</param>
    public static long MicrosOf(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <exception cref="ArgumentOutOfRangeException">Before the year 1 or past 9999.</exception>
    public static DateTimeOffset InstantOf(long micros) => new(UtcOf(micros));

    /// <inheritdoc cref="InstantOf"/>
    public static DateTime UtcOf(long micros) => DateTime.UnixEpoch.AddTicks(checked(micros * TimeSpan.TicksPerMicrosecond));

    public static int DaysOf(DateOnly day) => day.DayNumber - Epoch;

    /// <exception cref="ArgumentOutOfRangeException">Before the year 1 or past 9999.</exception>
    public static DateOnly DayOf(int days) => DateOnly.FromDayNumber(Epoch + days);

    /// <summary>The day (UTC) in which an instant lies.</summary>
    public static DateOnly DayOfMicros(long micros) => DayOf((int)CivilTime.FloorDivide(micros, MicrosPerDay));

    /// <summary>The start of a day (UTC) as a value of a column.</summary>
    /// <returns>Null: the type is none of date, timestamp and timestamptz.</returns>
    public static Literal? LiteralOf(DateOnly day, IcebergType type) => LiteralOf(DaysOf(day) * MicrosPerDay, type);

    /// <summary>An instant as a value of a column; of a date column, its day.</summary>
    /// <returns>Null: the type is none of date, timestamp and timestamptz.</returns>
    public static Literal? LiteralOf(long micros, IcebergType type) => type switch
    {
        DateType => Literal.Date((int)CivilTime.FloorDivide(micros, MicrosPerDay)),
        TimestampType => Literal.Timestamp(micros),
        TimestamptzType => Literal.Timestamptz(micros),
        _ => null,
    };
}
