using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>
/// Inserts, updates and deletes rows of a table, in whichever tier they are, as a whole or not at all. Hot rows by one statement of PostgreSQL. Cold rows leave the cold table by position deletes,
/// and those that are updated become hot; both in one transaction (<see cref="RowChangeRun"/>), which holds only if no row has moved between the tiers since the cold table was looked at: else it
/// is tried again here. Safe for concurrent use.
/// </summary>
public sealed partial class RowChanger(
    PostgresConnections connections, TieredTableStore tables, RowMutationStore settings, ColdCatalog catalog, ColdTables coldTables, ColdRowMatches matches,
    TableColumns columns, MissingPartitions missing, TimeProvider time, ILogger<RowChanger> logger) : IDisposable
{
    /// <summary>So many rows are changed at once at most.</summary>
    public const int MostRows = 10_000;

    private const int MaximumAttempts = 40;

    /// <summary>Changes that look through cold rows at the same time: each keeps a connection of DuckDB.</summary>
    private const int MostColdChanges = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _coldTurns = new(MostColdChanges, MostColdChanges);

    /// <summary>Where tests make it crash.</summary>
    internal Func<RowChangeStep, Task> AfterStep { get; set; } = _ => Task.CompletedTask;

    /// <summary>Makes the change.</summary>
    /// <returns>How many rows, and what was asked of them; the caller's to dispose of.</returns>
    /// <exception cref="TieringException">
    /// NotFound; NotAllowed: nobody has allowed it, or cold rows cannot be changed there; InvalidArgument: a value, or too many rows; ConstraintViolated; Busy: others were in the way in every
    /// attempt, or the answer to COMMIT was lost for good, as the message says.
    /// </exception>
    /// <exception cref="Hot.HotException">Argument: PostgreSQL cannot be told the condition, or a value.</exception>
    public async Task<ChangedRows> ChangeAsync(RowChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Rows.Count > MostRows)
        {
            throw RowChangeRules.TooMany(change);
        }

        RowChangeRules.RequireAllowed(change, await settings.FindAsync(change.Table, cancellationToken));
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ChangeCoreAsync(change, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TieringException(
                TieringErrorKind.Busy,
                string.Create(CultureInfo.InvariantCulture, $"Changing rows of table '{change.Table}' took longer than {Patience.TotalSeconds} seconds. Nothing was changed; narrow `where` down, or try again later."));
        }
    }

    public void Dispose() => _coldTurns.Dispose();

    private async Task<ChangedRows> ChangeCoreAsync(RowChange change, CancellationToken cancellationToken)
    {
        var hasMadePartitions = false;
        for (var attempt = 1; ; attempt++)
        {
            PostgresException? passing = null;
            var days = new List<DateOnly>();
            try
            {
                if (await TryAsync(change, days, cancellationToken) is { } changed)
                {
                    return changed;
                }
            }
            catch (PostgresException error) when (RowChangeErrors.IsMissingPartition(error) && !hasMadePartitions)
            {
                // Late rows of days whose partitions were empty and dropped.
                hasMadePartitions = true;
                if (!await missing.TryMakeAsync(change, days, cancellationToken))
                {
                    throw RowChangeErrors.TryTranslate(error, change.Table)!;
                }
            }
            catch (PostgresException error) when (RowChangeErrors.IsPassing(error))
            {
                passing = error;
            }
            catch (PostgresException error) when (RowChangeErrors.TryTranslate(error, change.Table) is { } known)
            {
                throw known;
            }

            if (attempt == MaximumAttempts)
            {
                throw new TieringException(
                    TieringErrorKind.Busy,
                    string.Create(CultureInfo.InvariantCulture, $"Others moved or changed rows of table '{change.Table}' in each of {attempt} attempts to change some. Nothing was changed; try again later."),
                    passing);
            }

            Log.Again(logger, change.Table.ToString(), attempt, passing?.MessageText ?? "the cold table has changed meanwhile");
            await Task.Delay(PauseAfter(attempt), time, cancellationToken);
        }
    }

    /// <param name="days">Told the days of rows that come, as far as they are known.</param>
    /// <returns>Null: to be tried again.</returns>
    private async Task<ChangedRows?> TryAsync(RowChange change, List<DateOnly> days, CancellationToken cancellationToken)
    {
        PostgresTable? hot;
        await using (var connection = await connections.Owner.OpenConnectionAsync(cancellationToken))
        {
            hot = await PostgresIntrospector.FindAsync(connection, change.Table, cancellationToken);
        }

        if (hot is null)
        {
            throw new TieringException(TieringErrorKind.NotFound, $"There is no table '{change.Table}' in PostgreSQL whose rows could be changed.");
        }

        var tiered = await tables.FindAsync(change.Table, cancellationToken);
        var keys = tiered is null ? NewKeys.None : NewKeys.Of(tiered.PrimaryKey, change.Rows);
        if (tiered is null || (change.Operation == RowMutations.Insert && keys.Conditions.Count == 0))
        {
            return await RunAsync(change, hot, keys, cold: null, cancellationToken);
        }

        await _coldTurns.WaitAsync(cancellationToken);
        try
        {
            using var cold = await ColdHalf.OpenAsync(connections, catalog, coldTables, tiered, cancellationToken);
            if (!cold.IsNamedAs(hot))
            {
                // Conditions and values name columns, in either tier by the same names.
                await columns.FollowAsync(change.Table, cancellationToken);
                return null;
            }

            try
            {
                if (change.Operation == RowMutations.Insert)
                {
                    await cold.RequireNewAsync(matches, hot.Schema, keys, cancellationToken);
                }
                else if (!await cold.TryPrepareAsync(matches, hot.Schema, change.Where, MostRows, AfterStep, cancellationToken))
                {
                    throw RowChangeRules.TooMany(change);
                }

                days.AddRange(cold.Days.Select(day => day.Day));
                return await RunAsync(change, hot, keys, cold, cancellationToken);
            }
            finally
            {
                await DiscardAsync(cold, change);
            }
        }
        finally
        {
            _coldTurns.Release();
        }
    }

    private Task<ChangedRows?> RunAsync(RowChange change, PostgresTable hot, NewKeys keys, ColdHalf? cold, CancellationToken cancellationToken) =>
        new RowChangeRun(connections, change, hot, keys, Patience, AfterStep, time, logger).RunAsync(cold, cancellationToken);

    private async Task DiscardAsync(ColdHalf cold, RowChange change)
    {
        try
        {
            await cold.DiscardAsync();
        }
        catch (ObjectStoreException error)
        {
            Log.FilesLeft(logger, change.Table.ToString(), error);
        }
    }

    /// <summary>Doubles up to a limit; of that a random part, so that racers do not stay in step.</summary>
    private static TimeSpan PauseAfter(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 10 * Math.Pow(2, attempt)) * (0.5 + (Random.Shared.NextDouble() / 2)));

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.RowChangeAgain, LogLevel.Debug, "A change of rows of '{Table}' is tried again (attempt {Attempt}): {Reason}")]
        public static partial void Again(ILogger logger, string table, int attempt, string reason);

        [LoggerMessage(TieringEventId.RowChangeFilesLeft, LogLevel.Warning, "Files of a change of rows of '{Table}' that was not made could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, string table, Exception error);
    }
}
