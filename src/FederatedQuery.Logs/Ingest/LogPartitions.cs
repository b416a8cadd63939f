using System.Collections.Concurrent;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Partitions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// Sees to it that the days of records have partitions. A day that has none loses nothing: its rows go to the default partition, from where they move when the day gets its
/// own. Thread-safe.
/// </summary>
internal sealed partial class LogPartitions(DayPartitions partitions, TimeProvider time, ILogger<LogPartitions> logger)
{
    /// <summary>Days that have none yet and come in one batch; more of them are most likely made up.</summary>
    private const int MostNewDays = 32;

    /// <summary>Moves drop partitions that they have emptied; by then it is looked again.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly LoopFailures _failures = new("Making partitions for log records", time, logger);
    private readonly ConcurrentDictionary<DateOnly, long> _lookAgain = new();

    public async Task EnsureAsync(IReadOnlyCollection<DateOnly> days, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var unknown = days.Where(day => !_lookAgain.TryGetValue(day, out var again) || again <= now).OrderDescending().Take(MostNewDays).ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        var wait = KnownFor;
        try
        {
            await partitions.EnsureAsync(LogTable.HotName, unknown, cancellationToken);
            _failures.Succeeded();
        }
        catch (HotException error) when (error.Kind == HotErrorKind.Unsupported)
        {
            // A table that somebody made otherwise: it takes rows of all days.
        }
        catch (NpgsqlException error)
        {
            wait = RetryAfter;
            _failures.Failed(error, failure => Log.Failed(logger, unknown.Count, failure));
        }

        foreach (var day in unknown)
        {
            _lookAgain[day] = now + (long)(wait.TotalSeconds * time.TimestampFrequency);
        }

        if (_lookAgain.Count > 10_000)
        {
            _lookAgain.Clear();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogEventId.PartitionsFailed, LogLevel.Warning, "The partitions of {DayCount} days of log records could not be made; their rows go to the default one for now")]
        public static partial void Failed(ILogger logger, int dayCount, Exception error);
    }
}
