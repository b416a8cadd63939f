using System.Globalization;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>ISO 8601 texts of dates, times and timestamps, as in Appendix D.</summary>
internal static class CivilTimeText
{
    public static string Date(long days)
    {
        var (year, month, day) = CivilTime.FromDays(days);
        return string.Create(CultureInfo.InvariantCulture, $"{Year(year)}-{month:00}-{day:00}");
    }

    /// <summary>Four digits at least; with a sign beyond year 9999 and before year 0, as ISO 8601 asks.</summary>
    public static string Year(long year) => year switch
    {
        > 9999 => "+" + year.ToString(CultureInfo.InvariantCulture),
        < 0 => "-" + Math.Abs(year).ToString("0000", CultureInfo.InvariantCulture),
        _ => year.ToString("0000", CultureInfo.InvariantCulture),
    };

    public static string Time(long micros) => TimeOfDay(micros, 6);

    public static string Timestamp(long units, bool nanos, bool withZone)
    {
        var unitsPerDay = nanos ? CivilTime.NanosPerDay : CivilTime.MicrosPerDay;
        var days = CivilTime.FloorDivide(units, unitsPerDay);
        return $"{Date(days)}T{TimeOfDay(units - days * unitsPerDay, nanos ? 9 : 6)}{(withZone ? "+00:00" : "")}";
    }

    public static bool TryDate(ReadOnlySpan<char> text, out int days)
    {
        days = 0;
        var yearEnd = text.Length - 6;
        if (yearEnd < 4 || text[yearEnd] != '-' || text[yearEnd + 3] != '-'
            || !long.TryParse(text[..yearEnd], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var year)
            || Math.Abs(year) > 6_000_000
            || !Digits(text.Slice(yearEnd + 1, 2), out var month) || month is < 1 or > 12
            || !Digits(text[^2..], out var day) || day < 1 || day > CivilTime.DaysInMonth(year, (int)month))
        {
            return false;
        }

        var wide = CivilTime.ToDays(year, (int)month, (int)day);
        days = unchecked((int)wide);
        return days == wide;
    }

    /// <summary><c>HH:mm</c>, <c>HH:mm:ss</c> or with a fraction. Digits beyond the unit must be zeros: nothing is rounded.</summary>
    public static bool TryTime(ReadOnlySpan<char> text, bool nanos, out long units)
    {
        units = 0;
        if (text.Length < 5 || text[2] != ':' || !Digits(text[..2], out var hour) || !Digits(text.Slice(3, 2), out var minute)
            || hour > 23 || minute > 59)
        {
            return false;
        }

        long second = 0;
        long fraction = 0;
        var fractionDigits = nanos ? 9 : 6;
        if (text.Length > 5)
        {
            if (text.Length < 8 || text[5] != ':' || !Digits(text.Slice(6, 2), out second) || second > 59)
            {
                return false;
            }

            if (text.Length > 8 && (text[8] != '.' || !Fraction(text[9..], fractionDigits, out fraction)))
            {
                return false;
            }
        }

        var unitsPerSecond = nanos ? 1_000 * CivilTime.MicrosPerSecond : CivilTime.MicrosPerSecond;
        units = ((hour * 60 + minute) * 60 + second) * unitsPerSecond + fraction;
        return true;
    }

    /// <summary>
    /// A date, <c>T</c> or a space, a time and, exactly when <paramref name="withZone"/>, an offset (<c>Z</c>, <c>+00:00</c>,
    /// <c>-08:00</c>),
    /// which is taken off.
    /// </summary>
    public static bool TryTimestamp(ReadOnlySpan<char> text, bool nanos, bool withZone, out long units)
    {
        units = 0;
        var separator = text.IndexOfAny('T', ' ');
        if (separator < 0 || !TryDate(text[..separator], out var days))
        {
            return false;
        }

        var time = text[(separator + 1)..];
        long offsetMinutes = 0;
        if (withZone && !TryTakeOffset(ref time, out offsetMinutes))
        {
            return false;
        }

        if (!TryTime(time, nanos, out var timeOfDay))
        {
            return false;
        }

        var unitsPerDay = nanos ? CivilTime.NanosPerDay : CivilTime.MicrosPerDay;
        var wide = (Int128)days * unitsPerDay + timeOfDay - (Int128)offsetMinutes * (unitsPerDay / 1_440);
        units = unchecked((long)wide);
        return units == wide;
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<char> time, out long minutes)
    {
        minutes = 0;
        if (time.EndsWith("Z"))
        {
            time = time[..^1];
            return true;
        }

        var sign = time.LastIndexOfAny('+', '-');
        if (sign < 0)
        {
            return false;
        }

        var offset = time[(sign + 1)..];
        var hasColon = offset.Length == 5 && offset[2] == ':';
        if (!(hasColon || offset.Length is 2 or 4) || !Digits(offset[..2], out var hours) || hours > 18)
        {
            return false;
        }

        long rest = 0;
        if (offset.Length > 2 && (!Digits(offset[^2..], out rest) || rest > 59))
        {
            return false;
        }

        minutes = (time[sign] == '-' ? -1 : 1) * (hours * 60 + rest);
        time = time[..sign];
        return true;
    }

    private static string TimeOfDay(long units, int fractionDigits)
    {
        var unitsPerSecond = fractionDigits == 9 ? 1_000 * CivilTime.MicrosPerSecond : CivilTime.MicrosPerSecond;
        var (seconds, fraction) = Math.DivRem(units, unitsPerSecond);
        var clock = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return clock + "." + fraction.ToString(fractionDigits == 9 ? "000000000" : "000000", CultureInfo.InvariantCulture);
    }

    private static bool Fraction(ReadOnlySpan<char> text, int digits, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 18 || !Digits(text, out var read))
        {
            return false;
        }

        for (var i = text.Length; i < digits; i++)
        {
            read *= 10;
        }

        for (var i = text.Length; i > digits; i--)
        {
            if (read % 10 != 0)
            {
                return false;
            }

            read /= 10;
        }

        value = read;
        return true;
    }

    private static bool Digits(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
