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
    /// What work of DuckDB's takes and DuckDB does not count: what it knows of files and spilled blocks, buffers of Parquet and zstd, the allocators' waste, and the code that is
    /// compiled and read in meanwhile. Measured while tables of ten times the limit were repartitioned, one thread: 65 to 90 MB more than the idle process and what is counted.
    /// </summary>
    private const long UncountedBytes = 70_000_000;

    private const long UncountedBytesPerThread = 18_000_000;

    /// <summary>With less for each thread DuckDB cannot sort wide rows: fewer threads run, and of the smallest limits less is kept back, or nothing.</summary>
    private const long LeastCountedBytesPerThread = 64 << 20;

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

    /// <summary>How many threads the limit has room for, of those that are wanted: at least one.</summary>
    public static int Threads(long limitBytes, int wanted) =>
        (int)Math.Clamp((limitBytes - UncountedBytes) / (LeastCountedBytesPerThread + UncountedBytesPerThread), 1, wanted);

    /// <summary>DuckDB's <c>memory_limit</c>, so that DuckDB as a whole stays near the limit.</summary>
    /// <param name="threads">Those of <see cref="Threads"/>.</param>
    public static long CountedBytes(long limitBytes, int threads) => Math.Max(
        limitBytes - UncountedBytes - (UncountedBytesPerThread * threads), Math.Min(limitBytes, LeastCountedBytesPerThread * threads));
}
