using System.Buffers.Text;

namespace FederatedQuery.Logs.Protocols;

/// <summary>One spelling for the levels of shippers, so that a search for ERROR finds them all; names that are not known stay as they are.</summary>
internal static class LogLevels
{
    private static readonly (byte[] Spelling, byte[] Level)[] Spellings = Make(
        ("TRACE", "trace trc verbose finest"),
        ("DEBUG", "debug dbg fine"),
        ("INFO", "info inf information informational"),
        ("NOTICE", "notice"),
        ("WARN", "warn wrn warning"),
        ("ERROR", "error err eror severe"),
        ("CRITICAL", "critical crit"),
        ("ALERT", "alert"),
        ("FATAL", "fatal ftl emerg emergency panic"));

    private static readonly byte[][] OfSyslog = [.. "FATAL ALERT CRITICAL ERROR WARN NOTICE INFO DEBUG".Split(' ').Select(ToBytes)];

    private static readonly byte[][] OfTens = [.. "TRACE DEBUG INFO WARN ERROR FATAL".Split(' ').Select(ToBytes)];

    /// <summary>Of a name in any case.</summary>
    public static ReadOnlySpan<byte> OfName(ReadOnlySpan<byte> name)
    {
        Span<byte> lower = stackalloc byte[16];
        if (name.Length > lower.Length)
        {
            return name;
        }

        for (var i = 0; i < name.Length; i++)
        {
            lower[i] = name[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(name[i] | 0x20) : name[i];
        }

        lower = lower[..name.Length];
        foreach (var (spelling, level) in Spellings)
        {
            if (lower.SequenceEqual(spelling))
            {
                return level;
            }
        }

        return name;
    }

    /// <summary>0 to 7 are syslog's severities; 10, 20 and so on to 60 are those of pino and bunyan. Others stay numbers.</summary>
    public static ReadOnlySpan<byte> OfNumber(ReadOnlySpan<byte> text) =>
        !Utf8Parser.TryParse(text, out int number, out var consumed) || consumed != text.Length
            ? text
            : number switch
            {
                >= 0 and <= 7 => OfSyslog[number],
                10 or 20 or 30 or 40 or 50 or 60 => OfTens[(number / 10) - 1],
                _ => text,
            };

    /// <summary>Of OpenTelemetry's severity number, 1 to 24; empty for others.</summary>
    public static ReadOnlySpan<byte> OfSeverity(long number) => number is >= 1 and <= 24 ? OfTens[(number - 1) / 4] : default;

    private static (byte[] Spelling, byte[] Level)[] Make(params (string Level, string Spellings)[] rows) =>
        [.. rows.SelectMany(row => row.Spellings.Split(' '), (row, spelling) => (ToBytes(spelling), ToBytes(row.Level)))];

    private static byte[] ToBytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
