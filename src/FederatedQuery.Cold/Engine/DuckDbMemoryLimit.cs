using System.Globalization;

namespace FederatedQuery.Cold.Engine;

/// <summary>DUCKDB_MEMORY_LIMIT in bytes, and how much of it DuckDB may fill with what it counts.</summary>
public static class DuckDbMemoryLimit
{
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
    public static long Parse(string text, long availableBytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.AsSpan().TrimEnd("%BbKkMmGgTtIi ");
        var unit = text.AsSpan(digits.Length).Trim().ToString().ToUpperInvariant();
        var scale = unit switch
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
            _ => throw new FormatException($"'{text}' is no amount of memory; it must be a share such as 60%, or an amount such as 4GB."),
        };
        return (long)(double.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * scale);
    }

    /// <summary>DuckDB's <c>memory_limit</c>, so that DuckDB as a whole stays near the limit.</summary>
    public static long CountedBytes(long limitBytes, int threads) =>
        Math.Max(limitBytes - Math.Min(UncountedBytesPerThread * threads, limitBytes / MostUncountedShare), Math.Min(limitBytes, LeastCountedBytes));
}
