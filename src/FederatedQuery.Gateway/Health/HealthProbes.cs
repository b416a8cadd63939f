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
/// Has every part prove that it works, all at once, each with a timeout of its own. What costs requests to the object store is asked at most
/// once in a few seconds, however many ask.
/// </summary>
internal sealed class HealthProbes(PostgresConnections postgres, ColdCatalog catalog, DuckDbEngine duckDb, ColdProbe cold, VerificationService verification, AnalyticsSync analytics,
    LogIngest ingest, DataFileCacheMetrics cache, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly KeptHealth _objectStore = new(time);
    private readonly KeptHealth _coldRead = new(time);

    public async Task<HealthReport> RunAsync(CancellationToken cancellationToken)
    {
        var probes = new Dictionary<string, Task<PartHealth>>
        {
            ["postgres"] = ProbeAsync(AskPostgresAsync, cancellationToken),
            ["catalog"] = ProbeAsync(AskCatalogAsync, cancellationToken),
            ["duckdb"] = ProbeAsync(AskDuckDbAsync, cancellationToken),
            ["objectStore"] = _objectStore.GetAsync(() => ProbeAsync(AskObjectStoreAsync, CancellationToken.None), cancellationToken),
            ["coldRead"] = _coldRead.GetAsync(() => ProbeAsync(ReadColdRowsAsync, CancellationToken.None), cancellationToken),
        };
        await Task.WhenAll(probes.Values);
        var parts = probes.ToDictionary(probe => probe.Key, probe => probe.Value.Result);
        return new HealthReport(
            parts.Values.All(part => part.Status == HealthReport.Up) ? HealthReport.Up : HealthReport.Down, parts, await AskVerificationAsync(cancellationToken),
            await AskAnalyticsAsync(cancellationToken), AskIngest(), cache.State);
    }

    private IngestHealth AskIngest()
    {
        var (status, problem) = (ingest.Status, ingest.Problem);
        return new IngestHealth(
            problem is null ? HealthReport.Up : HealthReport.Down, status.QueuedRecords, status.QueuedBytes, Math.Round(status.OldestQueuedSeconds, 1), problem);
    }

    private async Task<VerificationHealth?> AskVerificationAsync(CancellationToken cancellationToken)
    {
        VerificationHealth? found = null;
        await ProbeAsync(async token => found = new VerificationHealth(await verification.CountOpenAsync(token)), cancellationToken);
        return found;
    }

    private async Task<AnalyticsHealth?> AskAnalyticsAsync(CancellationToken cancellationToken)
    {
        AnalyticsHealth? found = null;
        if (analytics.IsEnabled)
        {
            await ProbeAsync(
                async token =>
                {
                    var tables = await analytics.StateAsync(token);
                    var failing = tables.Where(table => table.LastError is not null).ToList();
                    found = new AnalyticsHealth(tables.Count, failing.Count, failing.FirstOrDefault()?.LastError);
                },
                cancellationToken);
        }

        return found;
    }

    private async Task<PartHealth> ProbeAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        string? error = null;
        try
        {
            // A probe that does not heed its token must not hold the answer up.
            await ask(both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = $"No answer within {Timeout.TotalSeconds:0} seconds.";
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
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
