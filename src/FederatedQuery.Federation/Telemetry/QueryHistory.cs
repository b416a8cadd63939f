using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Telemetry;

/// <summary>
/// The figures of a gateway's reads over the last while, interval by interval, listened to at the instruments of its <see cref="ReadTelemetry"/>: of several gateways in one
/// process each has its own. Thread-safe.
/// </summary>
public sealed class QueryHistory : IHostedService, IDisposable
{
    private readonly QueryHistoryOptions _options;
    private readonly TimeProvider _time;
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(long Interval, DataSource Source), IntervalFigures> _intervals = [];

    /// <param name="options">How much is kept.</param>
    /// <param name="time">Says which interval a read belongs to.</param>
    /// <param name="meters">The factory that the gateway's meters are of; null: they are of none.</param>
    public QueryHistory(IOptions<QueryHistoryOptions> options, TimeProvider time, IMeterFactory? meters = null)
    {
        _options = options.Value;
        _time = time;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ReadTelemetry.SourceName && ReferenceEquals(instrument.Meter.Scope, meters)
                && instrument.Name is ReadTelemetry.DurationName or ReadTelemetry.RowsName or ReadTelemetry.BytesName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            var (source, isError) = Read(tags);
            Add(source, figures => figures.Took(seconds, isError));
        });
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var (source, _) = Read(tags);
            Add(source, figures =>
            {
                if (instrument.Name == ReadTelemetry.RowsName)
                {
                    figures.Rows += value;
                }
                else
                {
                    figures.Bytes += value;
                }
            });
        });
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    /// <summary>Oldest first; intervals without reads are left out.</summary>
    /// <param name="from">The earliest start of an interval; null: as far back as is kept.</param>
    /// <param name="to">Intervals start before it; null: up to now.</param>
    public IReadOnlyList<QueryMetric> Read(DateTimeOffset? from, DateTimeOffset? to)
    {
        lock (_lock)
        {
            Forget();
            return
            [
                .. _intervals.Select(interval => interval.Value.Of(StartOf(interval.Key.Interval), interval.Key.Source))
                    .Where(metric => (from is null || metric.At >= from) && (to is null || metric.At < to)),
            ];
        }
    }

    private static (DataSource Source, bool IsError) Read(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (source, isError) = (DataSource.None, false);
        foreach (var (name, value) in tags)
        {
            if (name == ReadTelemetry.SourceTag)
            {
                source = ReadTelemetry.SourceOf(value as string);
            }

            isError |= name == ReadTelemetry.ErrorTag;
        }

        return (source, isError);
    }

    private void Add(DataSource source, Action<IntervalFigures> add)
    {
        lock (_lock)
        {
            var key = (_time.GetUtcNow().UtcTicks / _options.Interval.Ticks, source);
            if (!_intervals.TryGetValue(key, out var figures))
            {
                Forget();
                _intervals.Add(key, figures = new IntervalFigures());
            }

            add(figures);
        }
    }

    private void Forget()
    {
        var oldest = (_time.GetUtcNow() - _options.Retention).UtcTicks / _options.Interval.Ticks;
        while (_intervals.Count > 0 && _intervals.First().Key is var first && first.Interval < oldest)
        {
            _intervals.Remove(first);
        }
    }

    private DateTimeOffset StartOf(long interval) => new(interval * _options.Interval.Ticks, TimeSpan.Zero);
}
