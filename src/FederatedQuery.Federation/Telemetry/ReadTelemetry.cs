using System.Diagnostics;
using System.Diagnostics.Metrics;
using FederatedQuery.Federation.Queries;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Telemetry;

/// <summary>Spans, instruments and the slow-query log of reads over the tiers; docs/telemetry.md lists them. Thread-safe.</summary>
public sealed partial class ReadTelemetry : IDisposable
{
    /// <summary>Of the activity source and of the meter.</summary>
    public const string SourceName = "FederatedQuery.Federation.Reads";

    internal const string DurationName = "federation.query.duration";
    internal const string RowsName = "federation.query.rows";
    internal const string BytesName = "federation.query.bytes";
    internal const string SourceTag = "federation.source";
    internal const string ErrorTag = "error.type";

    private const string TierTag = "federation.tier";

    /// <summary>Beyond it a statement is cut in the log.</summary>
    private const int LongestStatement = 4_000;

    private static readonly ActivitySource Activities = new(SourceName);

    /// <summary>In seconds: a page of typed rows takes a few milliseconds, a scan of years minutes.</summary>
    private static readonly InstrumentAdvice<double> Boundaries = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _bytes;
    private readonly Histogram<double> _tierDuration;
    private readonly Counter<long> _tierRows;
    private readonly Counter<long> _tierBytes;
    private readonly Counter<long> _fetched;
    private readonly Counter<long> _filesRead;
    private readonly Counter<long> _filesPruned;
    private readonly TimeSpan? _slow;
    private readonly ILogger _logger;

    public ReadTelemetry(IOptions<QueryOptions>? options = null, IMeterFactory? meters = null, ILogger<ReadTelemetry>? logger = null)
    {
        _slow = options?.Value.SlowQuery;
        _logger = logger ?? NullLogger<ReadTelemetry>.Instance;
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(SourceName) ?? new Meter(SourceName);
        _duration = _meter.CreateHistogram(DurationName, "s", "Reads over the tiers, planning included.", tags: null, Boundaries);
        _rows = _meter.CreateCounter<long>(RowsName, "{row}", "Rows that reads answered.");
        _bytes = _meter.CreateCounter<long>(BytesName, "By", "Bytes that reads took from both tiers.");
        _tierDuration = _meter.CreateHistogram(
            "federation.tier.duration", "s", "What a read spent on a tier: hot, waiting for and decoding rows; cold, planning and bringing files.", tags: null, Boundaries);
        _tierRows = _meter.CreateCounter<long>("federation.tier.rows", "{row}", "Rows that a tier gave to reads; of cold files, before DuckDB's own pruning.");
        _tierBytes = _meter.CreateCounter<long>("federation.tier.bytes", "By", "Bytes that a tier gave to reads: of the COPY format, of the wanted columns of cold files.");
        _fetched = _meter.CreateCounter<long>("federation.cold.fetched", "By", "Bytes that reads had to bring from object stores.");
        _filesRead = _meter.CreateCounter<long>("federation.cold.files_read", "{file}", "Data files that could hold matching rows.");
        _filesPruned = _meter.CreateCounter<long>("federation.cold.files_pruned", "{file}", "Data files that were ruled out by metadata.");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Begins a read; dispose of it at its end.</summary>
    /// <param name="span">What its span is called.</param>
    /// <param name="asked">Where it was asked for, in case it fails.</param>
    internal ReadSpan Begin(string span, DataSource asked) => new(this, Activities.StartActivity(span), asked);

    /// <summary>A step of a read.</summary>
    internal static Activity? Step(string span) => Activities.StartActivity(span);

    private static string NameOf(DataSource source) => source switch
    {
        DataSource.Postgres => "postgres",
        DataSource.Iceberg => "iceberg",
        DataSource.Federated => "federated",
        DataSource.Materialized => "materialized",
        _ => "none",
    };

    internal static DataSource SourceOf(string? name) => name switch
    {
        "postgres" => DataSource.Postgres,
        "iceberg" => DataSource.Iceberg,
        "federated" => DataSource.Federated,
        "materialized" => DataSource.Materialized,
        _ => DataSource.None,
    };

    private void Record(IReadOutcome outcome, TimeSpan elapsed, Activity? activity)
    {
        var source = new KeyValuePair<string, object?>(SourceTag, NameOf(outcome.DataSource));
        _duration.Record(elapsed.TotalSeconds, source);
        _rows.Add(outcome.Rows, source);
        activity?.SetTag(SourceTag, source.Value).SetTag("db.response.returned_rows", outcome.Rows);
        // A stored result's report is that of the read which made it.
        if (outcome.Report is not { } report || outcome.DataSource == DataSource.Materialized)
        {
            return;
        }

        _bytes.Add((report.Hot?.Bytes ?? 0) + (report.Cold?.BytesRead ?? 0), source);
        if (report.Hot is { } hot)
        {
            RecordTier("hot", hot.Milliseconds, hot.Rows, hot.Bytes);
        }

        if (report.Cold is { } cold)
        {
            RecordTier("cold", cold.Milliseconds, cold.Rows, cold.BytesRead);
            _fetched.Add(cold.BytesFetched);
            _filesRead.Add(cold.FilesRead);
            _filesPruned.Add(Math.Max(0, cold.FilesTotal - cold.FilesRead));
        }

        if (_slow is { } slow && elapsed >= slow && _logger.IsEnabled(LogLevel.Information))
        {
            LogSlow(
                elapsed.TotalMilliseconds, source.Value, outcome.Rows, Cut(report.Sql), Cut(report.Hot?.Sql), report.Hot?.Rows, report.Hot?.Bytes, report.Hot?.Milliseconds,
                report.Cold?.FilesTotal, report.Cold?.FilesRead, report.Cold?.BytesRead, report.Cold?.BytesFetched, report.Cold?.CacheHits, report.Cold?.Milliseconds);
        }
    }

    private void RecordTier(string name, double milliseconds, long rows, long bytes)
    {
        var tier = new KeyValuePair<string, object?>(TierTag, name);
        _tierDuration.Record(milliseconds / 1000, tier);
        _tierRows.Add(rows, tier);
        _tierBytes.Add(bytes, tier);
    }

    private static string? Cut(string? statement) => statement is { Length: > LongestStatement } ? statement[..LongestStatement] + "..." : statement;

    [LoggerMessage(
        FederationEventId.SlowQuery, LogLevel.Information,
        "A slow query: {Milliseconds:F0} ms from {Source}, {Rows} rows. {Sql} Hot: {HotSql} ({HotRows} rows, {HotBytes} bytes, {HotMilliseconds:F0} ms). "
        + "Cold: {FilesRead} of {FilesTotal} files, {BytesRead} bytes, {BytesFetched} fetched, {CacheHits} files on disk already, {ColdMilliseconds:F0} ms.")]
    private partial void LogSlow(
        double milliseconds, object? source, long rows, string? sql, string? hotSql, long? hotRows, long? hotBytes, double? hotMilliseconds, int? filesTotal, int? filesRead,
        long? bytesRead, long? bytesFetched, int? cacheHits, double? coldMilliseconds);

    /// <summary>One read on its way.</summary>
    internal readonly struct ReadSpan(ReadTelemetry telemetry, Activity? activity, DataSource asked) : IDisposable
    {
        private readonly long _started = Stopwatch.GetTimestamp();

        /// <param name="result">Counts as a read when it says what it was.</param>
        public void Succeeded(object? result)
        {
            if (result is IReadOutcome outcome)
            {
                telemetry.Record(outcome, Stopwatch.GetElapsedTime(_started), activity);
            }
        }

        public void Failed(FederatedQueryException failure)
        {
            var error = failure.Kind.ToString();
            telemetry._duration.Record(
                Stopwatch.GetElapsedTime(_started).TotalSeconds, new KeyValuePair<string, object?>(SourceTag, NameOf(asked)), new KeyValuePair<string, object?>(ErrorTag, error));
            activity?.SetStatus(ActivityStatusCode.Error).SetTag(ErrorTag, error);
        }

        public void Dispose() => activity?.Dispose();
    }
}
