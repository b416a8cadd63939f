namespace FederatedQuery.Iceberg.Spec;

/// <summary>The proleptic Gregorian calendar over the whole range of Iceberg's dates, which is wider than DateTime's.</summary>
internal static class CivilTime
{
    public const long MicrosPerSecond = 1_000_000;
    public const long MicrosPerHour = 3_600 * MicrosPerSecond;
    public const long MicrosPerDay = 24 * MicrosPerHour;
    public const long NanosPerDay = MicrosPerDay * 1_000;

    // Counted from 1 March of year 0, so that the leap day is the last of its year; an era is 400 years.
    private const long DaysPerEra = 146_097;
    private const long DaysFromMarchOfYearZeroToEpoch = 719_468;

    public static (long Year, int Month, int Day) FromDays(long daysSinceEpoch)
    {
        var days = daysSinceEpoch + DaysFromMarchOfYearZeroToEpoch;
        var era = FloorDivide(days, DaysPerEra);
        var dayOfEra = days - era * DaysPerEra;
        var yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * dayOfYear + 2) / 153;
        var day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), (int)month, (int)day);
    }

    public static long ToDays(long year, int month, int day)
    {
        var yearFromMarch = month <= 2 ? year - 1 : year;
        var era = FloorDivide(yearFromMarch, 400);
        var yearOfEra = yearFromMarch - era * 400;
        var dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        var dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DaysPerEra + dayOfEra - DaysFromMarchOfYearZeroToEpoch;
    }

    public static int DaysInMonth(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    public static long FloorDivide(long dividend, long divisor)
    {
        var quotient = dividend / divisor;
        return dividend % divisor != 0 && (dividend < 0) != (divisor < 0) ? quotient - 1 : quotient;
    }
}
