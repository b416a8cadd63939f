using System.Globalization;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Json;

/// <summary>
/// Dates, times and intervals as ISO 8601. Fractions lose their trailing zeros; years outside 0..9999 get a sign and six digits; infinities
/// are <c>infinity</c> and <c>-infinity</c>, as DuckDB and Postgres write them.
/// </summary>
internal static class IsoText
{
    /// <summary>The longest is an interval with all parts.</summary>
    public const int MaximumLength = 80;

    private const long NanosPerDay = 86_400_000_000_000;
    private const int DigitsOfNanos = 9;

    public static int Date(DuckDBDate date, Span<byte> destination)
    {
        if (!date.IsFinite)
        {
            return Infinity(date.Days < 0, destination);
        }

        return Days(date.Days, destination);
    }

    /// <param name="unitsPerSecond">1, 1,000, 1,000,000 or 1,000,000,000.</param>
    /// <param name="zulu">Whether it is an instant, ending in <c>Z</c>.</param>
    public static int Timestamp(long value, long unitsPerSecond, bool zulu, Span<byte> destination)
    {
        if (value is long.MaxValue or -long.MaxValue)
        {
            return Infinity(value < 0, destination);
        }

        var unitsPerDay = 86_400 * unitsPerSecond;
        var days = Math.DivRem(value, unitsPerDay, out var ofDay);
        if (ofDay < 0)
        {
            days--;
            ofDay += unitsPerDay;
        }

        var length = Days(days, destination);
        destination[length++] = (byte)'T';
        length += TimeOfDay(ofDay * (NanosPerDay / 86_400 / unitsPerSecond), destination[length..]);
        if (zulu)
        {
            destination[length++] = (byte)'Z';
        }

        return length;
    }

    public static int TimeOfDay(long nanos, Span<byte> destination)
    {
        var seconds = Math.DivRem(nanos, 1_000_000_000, out var fraction);
        TwoDigits((int)(seconds / 3600), destination);
        destination[2] = (byte)':';
        TwoDigits((int)(seconds / 60 % 60), destination[3..]);
        destination[5] = (byte)':';
        TwoDigits((int)(seconds % 60), destination[6..]);
        return 8 + Fraction(fraction, destination[8..]);
    }

    public static int TimeTz(DuckDBTimeTz time, Span<byte> destination)
    {
        var length = TimeOfDay(time.Micros * 1000, destination);
        var offset = time.OffsetSeconds;
        destination[length++] = offset < 0 ? (byte)'-' : (byte)'+';
        offset = Math.Abs(offset);
        TwoDigits(offset / 3600, destination[length..]);
        destination[length + 2] = (byte)':';
        TwoDigits(offset / 60 % 60, destination[(length + 3)..]);
        length += 5;
        if (offset % 60 != 0)
        {
            destination[length] = (byte)':';
            TwoDigits(offset % 60, destination[(length + 1)..]);
            length += 3;
        }

        return length;
    }

    /// <summary><c>P1Y2M3DT4H5M6.7S</c>; each part carries its own sign, as months, days and time are signed apart.</summary>
    public static int Interval(DuckDBInterval interval, Span<byte> destination)
    {
        destination[0] = (byte)'P';
        var length = 1;
        Part(interval.Months / 12, 'Y', destination, ref length);
        Part(interval.Months % 12, 'M', destination, ref length);
        Part(interval.Days, 'D', destination, ref length);
        if (interval.Micros != 0 || length == 1)
        {
            destination[length++] = (byte)'T';
            var seconds = Math.DivRem(interval.Micros, 1_000_000, out var micros);
            Part(seconds / 3600, 'H', destination, ref length);
            Part(seconds / 60 % 60, 'M', destination, ref length);
            seconds %= 60;
            if (seconds != 0 || micros != 0 || destination[length - 1] == 'T')
            {
                if (seconds == 0 && micros < 0)
                {
                    destination[length++] = (byte)'-';
                }

                seconds.TryFormat(destination[length..], out var written, default, CultureInfo.InvariantCulture);
                length += written;
                length += Fraction(Math.Abs(micros) * 1000, destination[length..]);
                destination[length++] = (byte)'S';
            }
        }

        return length;
    }

    private static void Part(long value, char unit, Span<byte> destination, ref int length)
    {
        if (value != 0)
        {
            value.TryFormat(destination[length..], out var written, default, CultureInfo.InvariantCulture);
            length += written;
            destination[length++] = (byte)unit;
        }
    }

    /// <summary>Days since 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years that begin on March 1.</summary>
    private static int Days(long days, Span<byte> destination)
    {
        const int DaysPerEra = 146_097;
        const int DaysFromEraStartToEpoch = 719_468;
        var shifted = days + DaysFromEraStartToEpoch;
        var era = (shifted >= 0 ? shifted : shifted - DaysPerEra + 1) / DaysPerEra;
        var dayOfEra = (int)(shifted - (era * DaysPerEra));
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        var year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);

        int length;
        if (year is >= 0 and <= 9999)
        {
            TwoDigits((int)year / 100, destination);
            TwoDigits((int)year % 100, destination[2..]);
            length = 4;
        }
        else
        {
            destination[0] = year < 0 ? (byte)'-' : (byte)'+';
            Math.Abs(year).TryFormat(destination[1..], out var written, "D6", CultureInfo.InvariantCulture);
            length = 1 + written;
        }

        destination[length] = (byte)'-';
        TwoDigits(month, destination[(length + 1)..]);
        destination[length + 3] = (byte)'-';
        TwoDigits(day, destination[(length + 4)..]);
        return length + 6;
    }

    private static int Fraction(long nanos, Span<byte> destination)
    {
        if (nanos == 0)
        {
            return 0;
        }

        destination[0] = (byte)'.';
        for (var i = DigitsOfNanos; i > 0; i--)
        {
            nanos = Math.DivRem(nanos, 10, out var digit);
            destination[i] = (byte)('0' + digit);
        }

        return 1 + destination.Slice(1, DigitsOfNanos).TrimEnd((byte)'0').Length;
    }

    private static void TwoDigits(int value, Span<byte> destination)
    {
        destination[1] = (byte)('0' + (value % 10));
        destination[0] = (byte)('0' + (value / 10));
    }

    private static int Infinity(bool negative, Span<byte> destination)
    {
        var text = negative ? "-infinity"u8 : "infinity"u8;
        text.CopyTo(destination);
        return text.Length;
    }
}
