using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Federation.Registry;

/// <summary>
/// Descriptions of tables by namespace and name, for a few seconds. Of a table that is asked for all the time the description is looked up anew before its time has come, while the old one still
/// answers: no statement waits for it. Thread-safe.
/// </summary>
internal sealed partial class KeptTables(TimeProvider time, ILogger logger)
{
    /// <summary>No description that is given is older.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan RenewedAfter = TimeSpan.FromSeconds(2.5);

    private const int MaximumKept = 10_000;

    private static readonly TimeSpan RenewalTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Namespace, string Name), Kept> _kept = new();
    private int _generation;

    /// <summary>To be had before a description is looked up, and given back with it.</summary>
    public (int Generation, long At) Begin() => (Volatile.Read(ref _generation), time.GetTimestamp());

    /// <param name="lookUp">Looks the table up and keeps it; not awaited.</param>
    /// <returns>Null: look it up.</returns>
    public RegisteredTable? Find(string tableNamespace, string name, Func<CancellationToken, Task> lookUp)
    {
        if (!_kept.TryGetValue((tableNamespace, name), out var kept) || time.GetElapsedTime(kept.At) is var age && age >= KeptFor)
        {
            return null;
        }

        if (age >= RenewedAfter && kept.TryBeginRenewal())
        {
            // Not a part of what this statement does.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(() => RenewAsync(tableNamespace, name, lookUp));
            }
        }

        return kept.Table;
    }

    /// <param name="table">Null: there is none. That is not kept: a table that was just made is found by the next statement that names it.</param>
    /// <param name="begun">What <see cref="Begin"/> gave before it was looked up: what was forgotten since stays so.</param>
    public void Keep(string tableNamespace, string name, RegisteredTable? table, (int Generation, long At) begun)
    {
        if (table is null)
        {
            _kept.TryRemove((tableNamespace, name), out _);
            return;
        }

        if (_kept.Count >= MaximumKept)
        {
            _kept.Clear();
        }

        _kept[(tableNamespace, name)] = new Kept(table, begun.At);
        if (begun.Generation != Volatile.Read(ref _generation))
        {
            _kept.TryRemove((tableNamespace, name), out _);
        }
    }

    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        _kept.Clear();
    }

    private async Task RenewAsync(string tableNamespace, string name, Func<CancellationToken, Task> lookUp)
    {
        using var timeout = new CancellationTokenSource(RenewalTimeout, time);
        try
        {
            await lookUp(timeout.Token);
        }
        catch (Exception error)
        {
            // The statement that has to wait for it soon is told.
            Log.NotRenewed(logger, error, tableNamespace, name);
        }
    }

    private sealed class Kept(RegisteredTable table, long at)
    {
        private int _isBeingRenewed;

        public RegisteredTable Table => table;

        public long At => at;

        public bool TryBeginRenewal() => Interlocked.Exchange(ref _isBeingRenewed, 1) == 0;
    }

    private static partial class Log
    {
        [LoggerMessage(FederationEventId.DescriptionNotRenewed, LogLevel.Debug, "The description of table '{Namespace}.{Name}' could not be looked up anew ahead of time")]
        public static partial void NotRenewed(ILogger logger, Exception error, string @namespace, string name);
    }
}
