using System.Diagnostics;
using FederatedQuery.Cold.Verification;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Hot.Sql;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Verification;

/// <summary>
/// In the background, in one process at a time: verifies the days of all tables in turn, and of each table the keys over all days, those first that were not verified for longest. It takes a bounded share of time,
/// whatever the number of processes.
/// </summary>
public sealed partial class VerificationLoop(
    VerifiedTables tables, TableVerifier verifier, KeyVerifier keys, OthersRows others, VerificationStore store, VerificationMetrics metrics, IOptions<TieringOptions> options,
    TimeProvider time, ILogger<VerificationLoop> logger) : PeriodicService("Verifying cold rows", time, logger)
{
    /// <summary>After work of a minute, a pause of nine.</summary>
    private const int PauseFactor = 9;

    /// <summary>How long a turn may take; after that another process takes it for dead.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromHours(1);

    private readonly TieringOptions _options = options.Value;

    /// <summary>Portions that could not be verified, and when that was tried: they are not ahead of all others for ever. Only those that there still are.</summary>
    private Dictionary<(TableName Table, DayRange Range), DateTimeOffset> _failed = [];

    /// <summary>One round: verifies one portion of days, or the keys of a table, unless it is not time for that or another process is at it.</summary>
    /// <returns>What was found; null when nothing was looked at.</returns>
    public async Task<RangeVerification?> RunOnceAsync(CancellationToken cancellationToken)
    {
        metrics.Open = await store.CountOpenAsync(null, cancellationToken);
        if (!await store.TryTakeTurnAsync(LongestTurn, cancellationToken))
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(LongestTurn);
            return await VerifyOldestAsync(patience.Token);
        }
        finally
        {
            var pause = Stopwatch.GetElapsedTime(started) * PauseFactor;
            await store.EndTurnAsync(pause > _options.VerificationInterval ? pause : _options.VerificationInterval, CancellationToken.None);
        }
    }

    protected override TimeSpan Interval => _options.VerificationInterval;

    protected override bool IsEnabled => _options.MaintenanceEnabled;

    protected override bool BeginsAtOnce => false;

    protected override Task RunRoundAsync(CancellationToken stoppingToken) => RunOnceAsync(stoppingToken);

    protected override void LogFailure(Exception error) => Log.Failed(Logger, error);

    private async Task<RangeVerification?> VerifyOldestAsync(CancellationToken cancellationToken)
    {
        var candidates = new List<(DateTimeOffset At, TieredTable Table, DayRange? Range)>();
        foreach (var table in await tables.ListAsync(cancellationToken))
        {
            try
            {
                candidates.AddRange(await ListAsync(table, cancellationToken));
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The others' days are still to be looked at.
                Log.TableFailed(Logger, TableVerifier.NameOf(table).ToString(), error);
            }
        }

        if (candidates.Count == 0)
        {
            return null;
        }

        _failed = candidates.Where(candidate => candidate.Range is not null).Select(candidate => (TableVerifier.NameOf(candidate.Table), candidate.Range!))
            .Where(_failed.ContainsKey).ToDictionary(portion => portion, portion => _failed[portion]);
        var (_, oldest, range) = candidates.MinBy(candidate => candidate.Range is null ? candidate.At : Later(candidate.At, _failed.GetValueOrDefault((TableVerifier.NameOf(candidate.Table), candidate.Range))));
        var found = range is null
            ? await keys.VerifyAsync(oldest, cancellationToken) ?? new RangeVerification([], [], 0, 0)
            : await VerifyAsync(oldest, range, cancellationToken);
        metrics.Open = await store.CountOpenAsync(null, cancellationToken);
        if (range is not null)
        {
            Log.Verified(Logger, range.From, range.To, TableVerifier.NameOf(oldest).ToString(), found.Violations.Count);
        }

        return found;
    }

    private async Task<RangeVerification> VerifyAsync(TieredTable table, DayRange range, CancellationToken cancellationToken)
    {
        var portion = (TableVerifier.NameOf(table), range);
        _failed[portion] = Time.GetUtcNow();
        var found = await verifier.VerifyAsync(table, range, cancellationToken);
        _failed.Remove(portion);
        return found;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>A portion is as old as the day of it that was verified longest ago; one that was never is older than all. Without a range: the keys.</summary>
    private async Task<IReadOnlyList<(DateTimeOffset, TieredTable, DayRange?)>> ListAsync(TieredTable table, CancellationToken cancellationToken)
    {
        await others.AdoptAsync(table, cancellationToken);
        var known = await store.ListDaysAsync(TableVerifier.NameOf(table), cancellationToken);
        var due = (await verifier.ListAsync(table, _options.VerificationMaxBytes, cancellationToken))
            .Select(range => (known.Where(day => range.Contains(day.Key)).Select(day => day.Value.At).DefaultIfEmpty(DateTimeOffset.MinValue).Min(), table, (DayRange?)range))
            .ToList();
        if (await keys.FindDueAsync(table, cancellationToken) is { } since)
        {
            due.Add((since, table, null));
        }

        return due;
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.VerificationFailed, LogLevel.Error, "Verifying days of cold tables failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(TieringEventId.VerificationTableFailed, LogLevel.Warning, "What there is to verify of '{Table}' could not be told; it is tried again")]
        public static partial void TableFailed(ILogger logger, string table, Exception error);

        [LoggerMessage(TieringEventId.DaysVerified, LogLevel.Debug, "{From} to {To} of '{Table}' verified; {ViolationCount} violations")]
        public static partial void Verified(ILogger logger, DateOnly from, DateOnly to, string table, int violationCount);
    }
}
