using System.Buffers.Text;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Protocols;

/// <summary>Times as senders write them, in microseconds since 1970-01-01 UTC; what is finer is cut off.</summary>
internal static class LogTimestamps
{
    public const string Expected =
        "a time such as 2026-01-31T12:00:00.123456789Z (RFC 3339) is expected, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970";

    private const long MicrosPerSecond = 1_000_000;
    private const int SecondsPerDay = 86_400;

    // By its size a number is one of these: seconds reach to the year 5138 before they look like milliseconds of 1973, and so on.
    private const long LeastMilliseconds = 100_000_000_000;
    private const long LeastMicroseconds = LeastMilliseconds * 1_000;
    private const long LeastNanoseconds = LeastMicroseconds * 1_000;

    /// <summary>RFC 3339, also with a blank for the T, with a comma, without seconds, without an offset (UTC) or time of day; or a number in text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        if (text.Length < 10 || text[4] != (byte)'-' || text[7] != (byte)'-')
        {
            return TryParseNumber(text, out micros);
        }

        if (!TryDigits(text[..4], out var year) || !TryDigits(text.Slice(5, 2), out var month) || !TryDigits(text.Slice(8, 2), out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        var days = EpochTime.DaysOf(new DateOnly(year, month, day));
        var rest = text[10..];
        if (rest.IsEmpty)
        {
            micros = (long)days * SecondsPerDay * MicrosPerSecond;
            return true;
        }

        if (rest[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || !TryTimeOfDay(rest[1..], out var ofDay, out rest) || !TryOffset(rest, out var offsetMinutes))
        {
            return false;
        }

        micros = ((((long)days * SecondsPerDay) - (offsetMinutes * 60L)) * MicrosPerSecond) + ofDay;
        return true;
    }

    /// <summary>Since 1970, in the unit that its size suggests; seconds and the others may have decimals.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out long micros)
    {
        if (Utf8Parser.TryParse(text, out long whole, out var consumed) && consumed == text.Length)
        {
            micros = Math.Abs((decimal)whole) switch
            {
                < LeastMilliseconds => whole * MicrosPerSecond,
                < LeastMicroseconds => whole * 1_000,
                < LeastNanoseconds => whole,
                _ => whole / 1_000,
            };
            return true;
        }

        micros = 0;
        if (!Utf8Parser.TryParse(text, out decimal number, out consumed) || consumed != text.Length || Math.Abs(number) > long.MaxValue)
        {
            return false;
        }

        micros = (long)(Math.Abs(number) switch
        {
            < LeastMilliseconds => number * MicrosPerSecond,
            < LeastMicroseconds => number * 1_000,
            < LeastNanoseconds => number,
            _ => number / 1_000,
        });
        return true;
    }

    /// <summary>Of nanoseconds, as OTLP and Loki have them.</summary>
    public static long OfNanoseconds(ulong nanoseconds) => (long)(nanoseconds / 1_000);

    private static bool TryTimeOfDay(ReadOnlySpan<byte> text, out long micros, out ReadOnlySpan<byte> rest)
    {
        micros = 0;
        rest = default;
        if (text.Length < 5 || text[2] != (byte)':' || !TryDigits(text[..2], out var hour) || !TryDigits(text.Slice(3, 2), out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        rest = text[5..];
        var second = 0;
        var fraction = 0L;
        if (rest.Length >= 3 && rest[0] == (byte)':')
        {
            // A leap second is the first moment of the next minute.
            if (!TryDigits(rest.Slice(1, 2), out second) || second > 60)
            {
                return false;
            }

            rest = rest[3..];
            if (!rest.IsEmpty && rest[0] is (byte)'.' or (byte)',' && !TryFraction(ref rest, out fraction))
            {
                return false;
            }
        }

        micros = ((((hour * 60L) + minute) * 60L) + second) * MicrosPerSecond;
        micros += fraction;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        var length = 1;
        for (var unit = MicrosPerSecond / 10; length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9'; length++, unit /= 10)
        {
            micros += (text[length] - '0') * unit;
        }

        text = text[length..];
        return length > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z'))
        {
            return true;
        }

        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length is not (3 or 5 or 6) || (text.Length == 6 && text[3] != (byte)':'))
        {
            return false;
        }

        var minute = 0;
        if (!TryDigits(text.Slice(1, 2), out var hour) || (text.Length > 3 && !TryDigits(text[^2..], out minute)) || hour > 23 || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (text[0] == (byte)'-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
