using System.Globalization;

namespace FederatedQuery.Cold.Engine;

/// <summary>DUCKDB_MEMORY_LIMIT in bytes, and how much of it DuckDB may fill with what it counts.</summary>
public static class DuckDbMemoryLimit
{
    /// <summary>What a text must be, for errors.</summary>
    public const string Expected = "a share of the memory such as 60%, or an amount such as 4GB";

    private const long Kilobyte = 1000;
    private const long Kibibyte = 1024;

    /// <summary>
    /// What DuckDB takes for each thread and does not count: the chunks in flight, buffers of Parquet and zstd, the allocators' waste. Measured while 2,028 MB
    /// were repartitioned: 47 to 61 MB with two threads.
    /// </summary>
    private const long UncountedBytesPerThread = 24_000_000;

    /// <summary>Machines with many processors are not to lose their memory to what few of them take at once.</summary>
    private const int MostUncountedShare = 4;

    /// <summary>With less DuckDB cannot sort wide rows on two threads: a smaller part of small limits is kept back, or none.</summary>
    private const long LeastCountedBytes = 128 << 20;

    /// <param name="text">A share (<c>60%</c>) or an amount (<c>4GB</c>, <c>512 MiB</c>).</param>
    /// <param name="availableBytes">What shares are of.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static long Parse(string text, long availableBytes) => TryParse(text, availableBytes, out var bytes)
        ? bytes
        : throw new FormatException($"'{text}' is no amount of memory; it must be {Expected}.");

    /// <inheritdoc cref="Parse"/>
    /// <returns>False: it is neither.</returns>
    public static bool TryParse(string text, long availableBytes, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.AsSpan().TrimEnd("%BbKkMmGgTtIi ");
        var scale = text.AsSpan(digits.Length).Trim().ToString().ToUpperInvariant() switch
        {
            "%" => availableBytes / 100.0,
            "KB" => Kilobyte,
            "MB" => Kilobyte * Kilobyte,
            "GB" => Kilobyte * Kilobyte * Kilobyte,
            "TB" => Kilobyte * Kilobyte * Kilobyte * Kilobyte,
            "KIB" => Kibibyte,
            "MIB" => Kibibyte * Kibibyte,
            "GIB" => Kibibyte * Kibibyte * Kibibyte,
            "TIB" => Kibibyte * Kibibyte * Kibibyte * Kibibyte,
            _ => 0.0,
        };
        var known = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount);
        bytes = (long)(amount * scale);
        return known && amount > 0 && scale > 0 && !(text.Contains('%', StringComparison.Ordinal) && amount > 100);
    }

    /// <summary>DuckDB's <c>memory_limit</c>, so that DuckDB as a whole stays near the limit.</summary>
    public static long CountedBytes(long limitBytes, int threads) =>
        Math.Max(limitBytes - Math.Min(UncountedBytesPerThread * threads, limitBytes / MostUncountedShare), Math.Min(limitBytes, LeastCountedBytes));
}
