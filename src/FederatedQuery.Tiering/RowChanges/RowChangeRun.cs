using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>One attempt at a change of rows: the transaction in PostgreSQL that changes hot rows, makes cold ones hot, and publishes the cold table without them.</summary>
/// <param name="hot">As it is now.</param>
/// <param name="keys">Of the rows to insert.</param>
/// <param name="patience">How long the session may take.</param>
/// <param name="afterStep">Where tests make it crash.</param>
internal sealed partial class RowChangeRun(
    PostgresConnections connections, RowChange change, PostgresTable hot, NewKeys keys, TimeSpan patience, Func<RowChangeStep, Task> afterStep, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(30);

    /// <summary>Whatever ends the process or the session before its COMMIT undoes all of it, and leaves files that nobody refers to.</summary>
    /// <param name="cold">Null: no row that is meant can be cold.</param>
    /// <returns>Null: to be tried again.</returns>
    public async Task<ChangedRows?> RunAsync(ColdHalf? cold, CancellationToken cancellationToken)
    {
        ImmutableArray<NestedField> columns = [.. change.Returning.Select(name => ColumnOf(name).Field)];
        await using var transaction = await RowChangeTransaction.BeginAsync(connections, hot, columns, LockTimeout, patience, cancellationToken);
        if (!await transaction.IsDescribedRightAsync(cancellationToken))
        {
            return null;
        }

        RowChangeRules.RequireAllowed(change, await transaction.AllowedAsync(cancellationToken));
        var most = RowChanger.MostRows - (cold?.Rows ?? 0);
        if (change.Operation != RowMutations.Insert && await transaction.ExceedsAsync(change.Where, most, cancellationToken))
        {
            throw RowChangeRules.TooMany(change);
        }

        // 1. Hot rows. What is hot is what this statement sees.
        var rows = keys.AreUniqueIn(hot) ? await transaction.RunAsync(Statement(), cancellationToken) : await InsertAsync(transaction, cancellationToken);
        if (rows > most)
        {
            throw RowChangeRules.TooMany(change);
        }

        // 2. Cold rows that are updated become hot, with their new values.
        if (change.Operation == RowMutations.Update && cold?.Match is { } match)
        {
            await ArriveAsync(match, transaction, cancellationToken);
        }

        var chunks = new List<DataChunk>(await transaction.ChangedAsync(cancellationToken));
        try
        {
            await afterStep(RowChangeStep.Changed);

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

            await afterStep(RowChangeStep.Published);
            cancellationToken.ThrowIfCancellationRequested();
            await CommitAsync(transaction, cold);
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

    /// <summary>One behind the other, as two that insert the same key would not see each other.</summary>
    private async Task<long> InsertAsync(RowChangeTransaction transaction, CancellationToken cancellationToken)
    {
        await transaction.LockKeysAsync(cancellationToken);
        var rows = await transaction.RunAsync(Statement(), cancellationToken);
        foreach (var condition in keys.Conditions)
        {
            if (await transaction.HasDoubledAsync(keys.Columns, condition, cancellationToken))
            {
                throw RowChangeRules.KnownKey(change.Table.ToString(), keys, " already, or two of them have the same");
            }
        }

        return rows;
    }

    private string Statement() => change.Operation switch
    {
        RowMutations.Insert => RowChangeSql.Insert(hot, change.Rows),
        RowMutations.Update => RowChangeSql.Update(hot, change.Set, change.Where),
        RowMutations.Delete => RowChangeSql.Delete(hot, change.Where),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change.Operation, "A change is one operation."),
    };

    private PostgresColumn ColumnOf(string name) => hot.FindColumn(name)
        ?? throw new TieringException(TieringErrorKind.InvalidArgument, $"Column '{name}' of table '{hot.Name}' has been dropped or changed just now; the GraphQL schema follows within seconds.");

    private async Task ArriveAsync(ColdRowMatch match, RowChangeTransaction transaction, CancellationToken cancellationToken)
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

    private async Task CommitAsync(RowChangeTransaction transaction, ColdHalf? cold)
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

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.RowsChanged, LogLevel.Debug, "{Operation}: {RowCount} rows of '{Table}', {ColdRowCount} of them cold")]
        public static partial void Changed(ILogger logger, RowMutations operation, long rowCount, string table, long coldRowCount);
    }
}
