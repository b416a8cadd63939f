using FederatedQuery.Cold;
using FederatedQuery.Cold.Analytics;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Analytics;

/// <summary>
/// Keeps the second catalog at the newest metadata of every cold table. What was registered is in a control table, so that a round is two queries of PostgreSQL
/// where nothing has changed, whoever commits. Commits never wait for it: a second catalog that is down is behind, and catches up.
/// </summary>
public sealed partial class AnalyticsSync(
    AnalyticsCatalog analytics, ColdCatalog catalog, AnalyticsTableStore store, AnalyticsMetrics metrics, IOptions<TieringOptions> options, TimeProvider time,
    ILogger<AnalyticsSync> logger)
{
    /// <summary>A claim lasts longer than the work it is for may.</summary>
    private static readonly TimeSpan WorkTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Claim = WorkTimeout + TimeSpan.FromMinutes(1);

    private static readonly TimeSpan CatchUpPause = TimeSpan.FromMilliseconds(500);

    private const int Parallelism = 4;
    private const int MaxErrorLength = 1_000;

    public bool IsEnabled => analytics.Current is not null;

    /// <summary>One round over all tables. One that fails does not hold up the others; it is noted with the table and tried again after a pause.</summary>
    /// <param name="verify">
    /// Asks the second catalog for every table, and so finds what others changed there; also tries again at once what has failed. Else only tables that have changed
    /// here are looked at.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunOnceAsync(bool verify, CancellationToken cancellationToken)
    {
        var second = analytics.Current ?? throw new InvalidOperationException("No second catalog is set.");
        var wanted = await ListAsync(cancellationToken);
        var known = (await store.ListAsync(cancellationToken)).ToDictionary(table => (table.Namespace, table.Name));
        var due = wanted
            .Select(table => (table.Identifier, table.MetadataLocation, Known: known.GetValueOrDefault((table.Identifier.Namespace, table.Identifier.Name))))
            .Where(table => verify || IsBehind(table.MetadataLocation, table.Known));
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (table, token) => await WorkAsync(table.Identifier, verify, t => PointAsync(second, table.Identifier, table.Known?.MetadataLocation, t), token));
        var names = wanted.Select(table => (table.Identifier.Namespace, table.Identifier.Name)).ToHashSet();
        foreach (var gone in known.Values.Where(table => !names.Contains((table.Namespace, table.Name)) && (verify || table.IsDue)))
        {
            var identifier = new TableIdentifier(gone.Namespace, gone.Name);
            await WorkAsync(identifier, verify, token => DropAsync(second, identifier, gone.MetadataLocation, token), cancellationToken);
        }

        var left = await store.ListAsync(cancellationToken);
        metrics.Behind = left.Count(table => table.LastError is not null);
    }

    /// <summary>Rounds that verify, until each table is registered as it is now or has failed: another process, or the loop of this one, may be at some of them.</summary>
    /// <param name="patience">How long to wait for those.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By namespace and name: whether the table is registered, and if not, why; without a reason somebody is still at it.</returns>
    public async Task<IReadOnlyList<(TableIdentifier Identifier, bool IsRegistered, string? Error)>> CatchUpAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            await RunOnceAsync(verify: true, cancellationToken);
            var known = (await store.ListAsync(cancellationToken)).ToDictionary(table => (table.Namespace, table.Name));
            var standing = (await ListAsync(cancellationToken)).Select(table =>
            {
                var entry = known.GetValueOrDefault((table.Identifier.Namespace, table.Identifier.Name));
                return (table.Identifier, IsRegistered: entry is { LastError: null } && entry.MetadataLocation == table.MetadataLocation, Error: entry?.LastError);
            }).ToList();
            if (standing.All(table => table.IsRegistered || table.Error is not null) || time.GetElapsedTime(started) >= patience)
            {
                return standing;
            }

            await Task.Delay(CatchUpPause, time, cancellationToken);
        }
    }

    /// <summary>What is registered, and what could not be.</summary>
    public Task<IReadOnlyList<AnalyticsTable>> StateAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    private static bool IsBehind(string metadataLocation, AnalyticsTable? known) => known is null || (known.IsDue && known.MetadataLocation != metadataLocation);

    private async Task<IReadOnlyList<(TableIdentifier Identifier, string MetadataLocation)>> ListAsync(CancellationToken cancellationToken)
    {
        if (!catalog.IsRest)
        {
            return await catalog.Current.ListLocationsAsync(cancellationToken);
        }

        // A REST catalog has no shorter way: one question for a table, which is answered by its tag where nothing has changed.
        var tables = new List<(TableIdentifier Identifier, string MetadataLocation)>();
        foreach (var space in await catalog.Catalog.ListNamespacesAsync(cancellationToken))
        {
            foreach (var identifier in await catalog.Catalog.ListTablesAsync(space, cancellationToken))
            {
                if (await FindAsync(identifier, cancellationToken) is { } table)
                {
                    tables.Add((identifier, table.MetadataLocation));
                }
            }
        }

        return tables;
    }

    private async Task<CatalogTable?> FindAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Claims a table, does the work, and notes what came of it.</summary>
    /// <param name="work">Gives the metadata file that is registered now; null: none, and the table is to be forgotten.</param>
    private async Task WorkAsync(TableIdentifier identifier, bool evenEarly, Func<CancellationToken, Task<string?>> work, CancellationToken cancellationToken)
    {
        var (space, name) = (identifier.Namespace, identifier.Name);
        if (!await store.TryClaimAsync(space, name, Claim, evenEarly, cancellationToken))
        {
            return;
        }

        using var timeout = new CancellationTokenSource(WorkTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (await work(both.Token) is { } registered)
            {
                await store.RegisteredAsync(space, name, registered, cancellationToken);
            }
            else
            {
                await store.RemoveAsync(space, name, cancellationToken);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = error is OperationCanceledException ? $"No answer within {WorkTimeout.TotalSeconds:0} seconds." : error.Message;
            metrics.Registered(succeeded: false);
            Log.Failed(logger, identifier.ToString(), error);
            await store.FailedAsync(
                space, name, reason.Length > MaxErrorLength ? reason[..MaxErrorLength] : reason, options.Value.AnalyticsRetry, options.Value.AnalyticsLongestRetry,
                cancellationToken);
        }
    }

    /// <param name="registered">What the second catalog was told last; null: nothing yet.</param>
    private async Task<string?> PointAsync(ISecondCatalog second, TableIdentifier identifier, string? registered, CancellationToken cancellationToken)
    {
        // As it is now that nobody else works on it: what was listed may have been overtaken.
        if (await FindAsync(identifier, cancellationToken) is not { } table)
        {
            return await DropAsync(second, identifier, registered, cancellationToken);
        }

        Require(second, table);
        var known = await second.FindAsync(identifier, cancellationToken);
        if (known?.MetadataLocation == table.MetadataLocation)
        {
            return table.MetadataLocation;
        }

        // What was registered from here may be replaced whatever it is: the table may have been dropped and made anew.
        if (known is { Location: { } location } && known.MetadataLocation != registered && location.TrimEnd('/') != table.Metadata.Location.TrimEnd('/'))
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"{second.Name} has another table '{identifier}', at '{location}', which is left alone. Rename one of the two, or drop that one.");
        }

        if (known is null)
        {
            await second.EnsureNamespaceAsync(identifier.Namespace, cancellationToken);
        }

        await second.PointAsync(table, known, cancellationToken);
        metrics.Registered(succeeded: true);
        Log.Registered(logger, identifier.ToString(), table.MetadataLocation, second.Name);
        return table.MetadataLocation;
    }

    private static void Require(ISecondCatalog second, CatalogTable table)
    {
        if (table.IsReadOnly)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed, $"Table '{table.Identifier}' was registered with a location map, which other engines do not know of: they would not find its files.");
        }

        if (second.NeedsS3 && !table.MetadataLocation.StartsWith("s3", StringComparison.OrdinalIgnoreCase))
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Table '{table.Identifier}' lies at '{table.Metadata.Location}', and the engines of {second.Name} read S3 alone. Set S3_TABLE_BUCKET, so that new tables lie there.");
        }
    }

    /// <summary>Takes off the list what was put there. What somebody has put in its place is left alone.</summary>
    private async Task<string?> DropAsync(ISecondCatalog second, TableIdentifier identifier, string? registered, CancellationToken cancellationToken)
    {
        if (registered is not null && (await second.FindAsync(identifier, cancellationToken))?.MetadataLocation == registered)
        {
            await second.DropAsync(identifier, cancellationToken);
            Log.Unregistered(logger, identifier.ToString(), second.Name);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.AnalyticsRegistered, LogLevel.Information, "Table '{Table}' is registered with '{MetadataLocation}' in {Catalog}")]
        public static partial void Registered(ILogger logger, string table, string metadataLocation, string catalog);

        [LoggerMessage(TieringEventId.AnalyticsUnregistered, LogLevel.Information, "Table '{Table}' is gone, and no longer registered in {Catalog}")]
        public static partial void Unregistered(ILogger logger, string table, string catalog);

        [LoggerMessage(TieringEventId.AnalyticsFailed, LogLevel.Warning, "Table '{Table}' could not be registered in the second catalog; it is tried again")]
        public static partial void Failed(ILogger logger, string table, Exception error);
    }
}
