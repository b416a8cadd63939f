using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>
/// Inserts, updates and deletes rows of a table, in whichever tier they are, as a whole or not at all. Hot rows by one statement of PostgreSQL. Cold rows leave the cold table by position deletes,
/// and those that are updated become hot; both in one transaction, which holds only if no row has moved between the tiers since the cold table was looked at. Safe for concurrent use.
/// </summary>
public sealed partial class RowChanger(
    PostgresConnections connections, TieredTableStore tables, RowMutationStore settings, ColdCatalog catalog, ColdTables coldTables, ColdRowMatches matches,
    MissingPartitions missing, TimeProvider time, ILogger<RowChanger> logger) : IDisposable
{
    /// <summary>So many rows are changed at once at most.</summary>
    public const int MostRows = 10_000;

    private const int MaximumAttempts = 40;

    /// <summary>Changes that look through cold rows at the same time: each keeps a connection of DuckDB.</summary>
    private const int MostColdChanges = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(30);
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
            throw TooMany(change);
        }

        await RequireAllowedAsync(change, await settings.FindAsync(change.Table, cancellationToken));
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

    private static Task RequireAllowedAsync(RowChange change, RowMutations allowed) => allowed.HasFlag(change.Operation)
        ? Task.CompletedTask
        : throw new TieringException(
            TieringErrorKind.NotAllowed,
            $"Rows of table '{change.Table}' may not be changed by {change.Operation.ToString().ToUpperInvariant()}: allow it with configureRowMutations, or `rowMutations` of configureTiering.");

    private static TieringException TooMany(RowChange change) => new(
        TieringErrorKind.InvalidArgument,
        change.Operation == RowMutations.Insert
            ? string.Create(CultureInfo.InvariantCulture, $"`rows` has {change.Rows.Count} rows; it may have at most {MostRows}. Nothing was inserted.")
            : string.Create(CultureInfo.InvariantCulture, $"`where` selects more than {MostRows} rows of table '{change.Table}', which is the most that one mutation changes. Nothing was changed; narrow it down."));

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
        var keys = tiered is null ? [] : ColdKeys.ConditionsOf([.. tiered.PrimaryKey], change.Rows).ToList();
        if (tiered is null || (change.Operation == RowMutations.Insert && keys.Count == 0))
        {
            return await RunAsync(change, hot, cold: null, cancellationToken);
        }

        await _coldTurns.WaitAsync(cancellationToken);
        try
        {
            using var cold = await ColdHalf.OpenAsync(connections, catalog, coldTables, tiered, cancellationToken);
            try
            {
                if (change.Operation == RowMutations.Insert)
                {
                    await cold.RequireNewAsync(matches, hot.Schema, keys, cancellationToken);
                }
                else if (!await cold.TryPrepareAsync(matches, hot.Schema, change.Where, MostRows, AfterStep, cancellationToken))
                {
                    throw TooMany(change);
                }

                days.AddRange(cold.Days.Select(day => day.Day));
                return await RunAsync(change, hot, cold, cancellationToken);
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

    /// <summary>The transaction. Whatever ends the process or the session before its COMMIT undoes all of it, and leaves files that nobody refers to.</summary>
    /// <returns>Null: to be tried again.</returns>
    private async Task<ChangedRows?> RunAsync(RowChange change, PostgresTable hot, ColdHalf? cold, CancellationToken cancellationToken)
    {
        ImmutableArray<NestedField> columns = [.. change.Returning.Select(name => ColumnOf(hot, name).Field)];
        await using var transaction = await RowChangeTransaction.BeginAsync(connections, hot, columns, LockTimeout, Patience, cancellationToken);
        await RequireAllowedAsync(change, await transaction.AllowedAsync(cancellationToken));
        var most = MostRows - (cold?.Rows ?? 0);
        if (change.Operation != RowMutations.Insert && await transaction.ExceedsAsync(change.Where, most, cancellationToken))
        {
            throw TooMany(change);
        }

        // 1. Hot rows. What is hot is what this statement sees.
        var rows = await transaction.RunAsync(Statement(change, hot), cancellationToken);
        if (rows > most)
        {
            throw TooMany(change);
        }

        // 2. Cold rows that are updated become hot, with their new values.
        if (change.Operation == RowMutations.Update && cold?.Match is { } match)
        {
            await ArriveAsync(change, hot, match, transaction, cancellationToken);
        }

        var chunks = new List<DataChunk>(await transaction.ChangedAsync(cancellationToken));
        try
        {
            await AfterStep(RowChangeStep.Changed);

            // 3. Out of the cold table with them; or, at least, nothing may have come there since it was looked through.
            if (cold is not null && !await cold.TryPublishAsync(
                transaction.Transaction, change.Operation == RowMutations.Update ? Move.Changed : Move.Deleted, time.GetUtcNow(), cancellationToken))
            {
                chunks.ForEach(chunk => chunk.Dispose());
                return null;
            }

            if (change.Operation == RowMutations.Delete && !columns.IsEmpty && cold?.Match is { } gone)
            {
                await foreach (var chunk in gone.ReadAsync(columns, hot.JsonFieldIds, cancellationToken))
                {
                    chunks.Add(chunk);
                }
            }

            await AfterStep(RowChangeStep.Published);
            cancellationToken.ThrowIfCancellationRequested();
            await CommitAsync(change, transaction, cold);
        }
        catch
        {
            chunks.ForEach(chunk => chunk.Dispose());
            throw;
        }

        var changed = new ChangedRows(rows + (cold?.Rows ?? 0), chunks);
        Log.Changed(logger, change.Operation, changed.Count, change.Table.ToString(), cold?.Rows ?? 0);
        return changed;
    }

    private static string Statement(RowChange change, PostgresTable hot) => change.Operation switch
    {
        RowMutations.Insert => RowChangeSql.Insert(hot, change.Rows),
        RowMutations.Update => RowChangeSql.Update(hot, change.Set, change.Where),
        RowMutations.Delete => RowChangeSql.Delete(hot, change.Where),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change.Operation, "A change is one operation."),
    };

    private static PostgresColumn ColumnOf(PostgresTable hot, string name) => hot.FindColumn(name)
        ?? throw new TieringException(TieringErrorKind.InvalidArgument, $"Column '{name}' of table '{hot.Name}' has been dropped or changed just now; the GraphQL schema follows within seconds.");

    private static async Task ArriveAsync(RowChange change, PostgresTable hot, ColdRowMatch match, RowChangeTransaction transaction, CancellationToken cancellationToken)
    {
        IReadOnlyList<NestedField> stored = [.. hot.Columns.Where(column => !column.IsGenerated).Select(column => column.Field)];
        await transaction.ArriveAsync(stored, match.ReadAsync(stored, ImmutableHashSet<int>.Empty, cancellationToken), cancellationToken);
        var arrived = await transaction.RunAsync(RowChangeSql.InsertFrom(hot, change.Set), cancellationToken);
        if (arrived != match.Rows)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                string.Create(CultureInfo.InvariantCulture, $"Of {match.Rows} cold rows of table '{change.Table}' {arrived} could be made hot again: a trigger or rule of the table interferes. Nothing was changed."));
        }
    }

    private async Task CommitAsync(RowChange change, RowChangeTransaction transaction, ColdHalf? cold)
    {
        CommitOutcome outcome;
        try
        {
            outcome = await transaction.CommitAsync(CommitPatience, time);
        }
        catch (Exception error) when (error is not PostgresException)
        {
            // It may have happened.
            cold?.Keep();
            throw;
        }

        if (outcome == CommitOutcome.NotCommitted)
        {
            throw new TieringException(
                TieringErrorKind.Busy, $"The connection to PostgreSQL broke while a change of rows of table '{change.Table}' was committed. Nothing was changed; try again.");
        }

        cold?.Keep();
        if (outcome == CommitOutcome.Unknown)
        {
            throw new TieringException(
                TieringErrorKind.Busy,
                $"The connection to PostgreSQL broke while a change of rows of table '{change.Table}' was committed: it has happened as a whole or not at all. Look before trying again.");
        }
    }

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
        [LoggerMessage(TieringEventId.RowsChanged, LogLevel.Debug, "{Operation}: {RowCount} rows of '{Table}', {ColdRowCount} of them cold")]
        public static partial void Changed(ILogger logger, RowMutations operation, long rowCount, string table, long coldRowCount);

        [LoggerMessage(TieringEventId.RowChangeAgain, LogLevel.Debug, "A change of rows of '{Table}' is tried again (attempt {Attempt}): {Reason}")]
        public static partial void Again(ILogger logger, string table, int attempt, string reason);

        [LoggerMessage(TieringEventId.RowChangeFilesLeft, LogLevel.Warning, "Files of a change of rows of '{Table}' that was not made could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, string table, Exception error);
    }
}
