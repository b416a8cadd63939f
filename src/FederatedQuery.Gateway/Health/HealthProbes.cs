using System.Diagnostics;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.Cold.Probing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Tiering.Analytics;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Gateway.Health;

/// <summary>
/// Has every part prove that it works, all at once, each with a timeout of its own; those who ask meanwhile share the answer. What costs requests to the object store is asked at
/// most once in a few seconds, however many ask.
/// </summary>
internal sealed class HealthProbes(PostgresConnections postgres, ColdCatalog catalog, DuckDbEngine duckDb, ColdProbe cold, VerificationService verification, AnalyticsSync analytics,
    LogIngest ingest, DataFileCacheMetrics cache, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptWhileUp = TimeSpan.FromSeconds(5);

    private readonly KeptHealth<PartHealth> _objectStore = new(time, KeepFor);
    private readonly KeptHealth<PartHealth> _coldRead = new(time, KeepFor);
    private readonly KeptHealth<HealthReport> _report = new(time, _ => TimeSpan.Zero);

    public Task<HealthReport> RunAsync(CancellationToken cancellationToken) => _report.GetAsync(AskAllAsync, cancellationToken);

    /// <summary>A part that is down is asked anew each time.</summary>
    private static TimeSpan KeepFor(PartHealth part) => part.Status == HealthReport.Up ? KeptWhileUp : TimeSpan.Zero;

    private async Task<HealthReport> AskAllAsync()
    {
        var probes = new Dictionary<string, Task<PartHealth>>
        {
            ["postgres"] = ProbeAsync(AskPostgresAsync),
            ["catalog"] = ProbeAsync(AskCatalogAsync),
            ["duckdb"] = ProbeAsync(AskDuckDbAsync),
            ["objectStore"] = _objectStore.GetAsync(() => ProbeAsync(AskObjectStoreAsync), CancellationToken.None),
            ["coldRead"] = _coldRead.GetAsync(() => ProbeAsync(ReadColdRowsAsync), CancellationToken.None),
        };
        await Task.WhenAll(probes.Values);
        var parts = probes.ToDictionary(probe => probe.Key, probe => probe.Value.Result);
        return new HealthReport(
            parts.Values.All(part => part.Status == HealthReport.Up) ? HealthReport.Up : HealthReport.Down, parts, await AskVerificationAsync(),
            await AskAnalyticsAsync(), AskIngest(), cache.State);
    }

    private IngestHealth AskIngest()
    {
        var (status, problem) = (ingest.Status, ingest.Problem);
        return new IngestHealth(
            problem is null ? HealthReport.Up : HealthReport.Down, status.QueuedRecords, status.QueuedBytes, Math.Round(status.OldestQueuedSeconds, 1), problem);
    }

    private async Task<VerificationHealth?> AskVerificationAsync()
    {
        VerificationHealth? found = null;
        await ProbeAsync(async token => found = new VerificationHealth(await verification.CountOpenAsync(token)));
        return found;
    }

    private async Task<AnalyticsHealth?> AskAnalyticsAsync()
    {
        AnalyticsHealth? found = null;
        if (analytics.IsEnabled)
        {
            await ProbeAsync(async token =>
            {
                var tables = await analytics.StateAsync(token);
                var failing = tables.Where(table => table.LastError is not null).ToList();
                found = new AnalyticsHealth(tables.Count, failing.Count, failing.FirstOrDefault()?.LastError);
            });
        }

        return found;
    }

    private async Task<PartHealth> ProbeAsync(Func<CancellationToken, Task> ask)
    {
        var started = Stopwatch.GetTimestamp();
        using var timeout = new CancellationTokenSource(Timeout, time);
        string? error = null;
        try
        {
            // A probe that does not heed its token must not hold the answer up.
            await ask(timeout.Token).WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            error = $"No answer within {Timeout.TotalSeconds:0} seconds.";
        }
        catch (Exception failure)
        {
            // The answer is the report of the failure.
            error = failure.Message;
        }

        return new PartHealth(error is null ? HealthReport.Up : HealthReport.Down, Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1), error);
    }

    /// <summary>Credentials that have expired show here, whatever is cached.</summary>
    private Task AskObjectStoreAsync(CancellationToken cancellationToken) => cold.AskStoreAsync(cancellationToken);

    private async Task ReadColdRowsAsync(CancellationToken cancellationToken)
    {
        if (await cold.FindAsync(cancellationToken) is { } file)
        {
            await cold.ReadAsync(file, cancellationToken);
        }
    }

    private async Task AskPostgresAsync(CancellationToken cancellationToken)
    {
        await using var connection = await postgres.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task AskCatalogAsync(CancellationToken cancellationToken) => await catalog.Catalog.ListNamespacesAsync(cancellationToken);

    private async Task AskDuckDbAsync(CancellationToken cancellationToken)
    {
        using var lease = await duckDb.Pool.RentAsync(cancellationToken);
        await lease.Connection.ExecuteAsync("SELECT 1", cancellationToken);
    }
}
