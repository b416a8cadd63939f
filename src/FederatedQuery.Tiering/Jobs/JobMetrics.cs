using System.Diagnostics;
using System.Diagnostics.Metrics;
using FederatedQuery.Hot.Control;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>The instruments of jobs, parts included, of the meter <see cref="MeterName"/>; docs/telemetry.md lists them.</summary>
public sealed class JobMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.Tiering.Jobs";

    private const string Kind = "tiering.job.kind";
    private const string Outcome = "tiering.job.outcome";

    /// <summary>From a day of few rows to a repartition of years.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400] };

    private static readonly ActivitySource Activities = new(MeterName);

    private readonly Meter _meter;
    private readonly Counter<long> _started;
    private readonly UpDownCounter<long> _running;
    private readonly Histogram<double> _duration;

    public JobMetrics(IMeterFactory? meters = null)
    {
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _started = _meter.CreateCounter<long>("tiering.jobs.started", "{job}", "Jobs that this process began to work on, each time that it did.");
        _running = _meter.CreateUpDownCounter<long>("tiering.jobs.running", "{job}", "Jobs that this process is working on.");
        _duration = _meter.CreateHistogram(
            "tiering.jobs.duration", "s", "How long this process worked on a job until it was over, or left to others.", tags: null, Seconds);
    }

    public void Dispose() => _meter.Dispose();

    /// <returns>The span of the work, a root of its own; null: nobody asks for it.</returns>
    internal Activity? Started(Job job)
    {
        _started.Add(1, Of(job.Kind));
        _running.Add(1, Of(job.Kind));
        // Not below a request that happened to wake the runner up.
        Activity.Current = null;
        return Activities.StartActivity($"tiering.job {job.Kind}")?.SetTag(Kind, job.Kind).SetTag("tiering.job.id", job.Id).SetTag("tiering.job.table", job.TableName);
    }

    internal void Ended(string kind, JobOutcome outcome, TimeSpan duration, Activity? span)
    {
        var text = TextOf(outcome);
        _running.Add(-1, Of(kind));
        _duration.Record(duration.TotalSeconds, Of(kind), new KeyValuePair<string, object?>(Outcome, text));
        span?.SetTag(Outcome, text).SetStatus(outcome is JobOutcome.Failed or JobOutcome.Lost ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        span?.Dispose();
    }

    private static string TextOf(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Succeeded => "succeeded",
        JobOutcome.Failed => "failed",
        JobOutcome.Cancelled => "cancelled",
        JobOutcome.Deferred => "deferred",
        JobOutcome.Released => "released",
        _ => "lost",
    };

    private static KeyValuePair<string, object?> Of(string kind) => new(Kind, kind);
}

/// <summary>How a process's work on a job came to its end.</summary>
internal enum JobOutcome
{
    /// <summary>PostgreSQL, or the lease, was lost: another process, or this one later, goes on.</summary>
    Lost,

    Succeeded,
    Failed,

    /// <summary>By request, or because another process has taken it over.</summary>
    Cancelled,

    /// <summary>Put off: it waits in the queue for its time.</summary>
    Deferred,

    /// <summary>Broken off: it waits in the queue for any process.</summary>
    Released,
}
