using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Publication;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Publication;

/// <summary>
/// Changes that take a commit at a REST catalog and one in PostgreSQL, in steps each of which may be the last that a process takes:
/// <list type="number">
/// <item>The intent is written down. Left alone: forgotten.</item>
/// <item>The rows come to the cold table, on a branch that nobody reads. Left alone: a move is finished, or taken back if its rows have changed; anything else is taken back.</item>
/// <item>One transaction of PostgreSQL changes the hot rows and publishes the branch's snapshot. From here on the change has happened.</item>
/// <item>The branch comes to <c>main</c>, for other engines and for those who commit next. Left alone: done by whoever comes next.</item>
/// </list>
/// One at a time for each table, under an advisory lock that ends with the session of whoever holds it. See docs/decisions/0014.
/// </summary>
public sealed partial class TablePublisher(
    PostgresConnections connections, ColdCatalog catalog, ColdBranches branches, IOptions<TieringOptions> options, TimeProvider time,
    ILogger<TablePublisher> logger)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>For taking a change back after its caller has given up.</summary>
    private static readonly TimeSpan AbandonTimeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Finishes or abandons what a process has left half done, if any did. For those who want to see all of a table's rows at the catalog: compaction and its like
    /// need not. Waits while somebody is at work on the table. Without a REST catalog nothing happens.
    /// </summary>
    public async Task SettleAsync(TieredTable table, CancellationToken cancellationToken)
    {
        if (!catalog.IsRest)
        {
            return;
        }

        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (await PublicationStore.FindIntentAsync(connection, NameOf(table), cancellationToken) is not { Kind: not PublicationKind.Create })
        {
            return;
        }

        await using var right = await AcquireAsync(connection, NameOf(table), cancellationToken);
        await SettleAsync(connection, table, cancellationToken);
    }

    /// <summary>Waits for the right to publish. Polls: a waiting lock request would hold the connection in a query that cannot be given up at once.</summary>
    internal async Task<SessionLock> AcquireAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await MoveLock.TryAcquirePublicationAsync(connection, table, cancellationToken) is { } right)
            {
                return right;
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    /// <summary>Brings the table to a state in which nothing is under way, and publishes it. The caller has the right to.</summary>
    /// <returns>The table as the catalog has it.</returns>
    internal async Task<CatalogTable> SettleAsync(NpgsqlConnection connection, TieredTable table, CancellationToken cancellationToken)
    {
        var intent = await PublicationStore.FindIntentAsync(connection, NameOf(table), cancellationToken);
        var current = await catalog.Catalog.LoadTableAsync(IdentifierOf(table), cancellationToken);
        var own = intent is null ? null : ColdBranches.NameOf(intent.Id);
        foreach (var stray in current.Metadata.Refs.Keys.Where(name => name.StartsWith(ColdBranches.Prefix, StringComparison.Ordinal) && name != own))
        {
            // Sent by a process that was given up for dead, and made after its change was abandoned.
            Log.Stray(logger, stray, table.Name);
            await branches.DropAsync(catalog.Catalog, IdentifierOf(table), stray, cancellationToken);
        }

        if (intent is null or { Kind: PublicationKind.Create })
        {
            return current;
        }

        if (intent.State == PublicationState.Committed || await TryFinishAsync(connection, table, intent, current, cancellationToken))
        {
            return await MergeAsync(connection, table, intent, cancellationToken);
        }

        Log.Abandoned(logger, intent.Kind, intent.Id, table.Name);
        await AbandonAsync(connection, table, intent, cancellationToken);
        return await catalog.Catalog.LoadTableAsync(IdentifierOf(table), cancellationToken);
    }

    /// <summary>Writes the intent down, and publishes the newest state as the one before it.</summary>
    /// <param name="current">From <see cref="SettleAsync(NpgsqlConnection, TieredTable, CancellationToken)"/>.</param>
    internal static async Task BeginAsync(
        NpgsqlConnection connection, PublicationIntent intent, CatalogTable current, Job? job, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await JobLease.RequireAsync(transaction, job, cancellationToken);
        await PublicationStore.PublishAsync(transaction, intent.Table, current.Metadata.CurrentSnapshotId, changeId: null, cancellationToken);
        await PublicationStore.AddIntentAsync(transaction, intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Within the transaction that changes the hot rows: the change has happened when it commits.</summary>
    internal static async Task CommitAsync(
        NpgsqlTransaction transaction, PublicationIntent intent, long snapshotId, CancellationToken cancellationToken)
    {
        // What follows at the catalog is not undone by a server that forgets its newest commits in a crash.
        await using (var durable = new NpgsqlCommand("SET LOCAL synchronous_commit = on", transaction.Connection, transaction))
        {
            await durable.ExecuteNonQueryAsync(cancellationToken);
        }

        await PublicationStore.PublishAsync(transaction, intent.Table, snapshotId, intent.Id, cancellationToken);
        await PublicationStore.SetCommittedAsync(transaction, intent, cancellationToken);
    }

    /// <summary>Removes a move's rows and publishes its snapshot.</summary>
    /// <param name="held">The rows, if another connection holds them.</param>
    internal Task<(RowRemoval.Outcome Outcome, long LateRows)> RemoveAsync(
        NpgsqlConnection connection, PublicationIntent intent, MoveDetails details, long snapshotId, string metadataLocation, HeldRows? held, Job? job,
        Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        var removal = new RowRemoval(details.Rows, options.Value, time, logger);
        return held is null
            ? removal.RunAsync(connection, PublishAsync, afterStep, cancellationToken)
            : removal.RunHeldAsync(held, PublishAsync, afterStep, cancellationToken);

        async Task<bool> PublishAsync(MoveFinish finish)
        {
            await JobLease.RequireAsync(finish.Transaction, job, cancellationToken);
            await CommitAsync(finish.Transaction, intent, snapshotId, cancellationToken);
            await MoveFinisher.RecordAsync(finish.Transaction, details.ToMove(snapshotId, metadataLocation, time.GetUtcNow()), cancellationToken);
            return true;
        }
    }

    /// <summary>The last step: the branch comes to main, and nothing is under way any more.</summary>
    /// <exception cref="Iceberg.IcebergException">The catalog was not to be had. The change has happened all the same, and the next one finishes this.</exception>
    internal async Task<CatalogTable> MergeAsync(
        NpgsqlConnection connection, TieredTable table, PublicationIntent intent, CancellationToken cancellationToken)
    {
        var merged = await branches.MergeAsync(catalog.Catalog, IdentifierOf(table), intent.Id, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PublicationStore.PublishAsync(transaction, intent.Table, merged.Metadata.CurrentSnapshotId, intent.Id, cancellationToken);
        await PublicationStore.CloseAsync(transaction, intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return merged;
    }

    /// <summary>Takes back a change that PostgreSQL knows nothing of: branch, snapshot and files.</summary>
    /// <returns>False: it has been committed, or another process has seen to it. Nothing was taken back.</returns>
    internal async Task<bool> AbandonAsync(NpgsqlConnection connection, TieredTable table, PublicationIntent intent, CancellationToken cancellationToken)
    {
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            if (!await PublicationStore.TryAbandonAsync(transaction, intent, cancellationToken))
            {
                return false;
            }

            await transaction.CommitAsync(cancellationToken);
        }

        await branches.DropAsync(catalog.Catalog, IdentifierOf(table), ColdBranches.NameOf(intent.Id), cancellationToken);
        await using var closing = await connection.BeginTransactionAsync(cancellationToken);
        await PublicationStore.CloseAsync(closing, intent, cancellationToken);
        await closing.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>As <see cref="AbandonAsync"/> for a caller who has failed already: what cannot be done now is left to the next one.</summary>
    /// <returns>False: it is left, or was not to be taken back.</returns>
    internal async Task<bool> TryAbandonAsync(NpgsqlConnection connection, TieredTable table, PublicationIntent intent)
    {
        using var timeout = new CancellationTokenSource(AbandonTimeout, time);
        try
        {
            return await AbandonAsync(connection, table, intent, timeout.Token);
        }
        catch (Exception error) when (IsAbout(error))
        {
            Log.Left(logger, intent.Kind, intent.Id, table.Name, error);
            return false;
        }
    }

    /// <summary>Failures of the services that a change goes over.</summary>
    internal static bool IsAbout(Exception error) =>
        error is Iceberg.IcebergException or ObjectStoreException or NpgsqlException or OperationCanceledException or InvalidOperationException or IOException;

    internal static TableName NameOf(TieredTable table) => new(table.Schema, table.Name);

    internal static TableIdentifier IdentifierOf(TieredTable table) => new(table.Namespace, table.Name);

    /// <summary>Finishes a move whose rows are on their branch.</summary>
    /// <returns>False: it has to be abandoned.</returns>
    private async Task<bool> TryFinishAsync(
        NpgsqlConnection connection, TieredTable table, PublicationIntent intent, CatalogTable current, CancellationToken cancellationToken)
    {
        if (intent is not { Kind: PublicationKind.Move, State: PublicationState.Open, Details: { } json }
            || current.Metadata.FindSnapshot(ColdBranches.NameOf(intent.Id)) is not { } snapshot)
        {
            return false;
        }

        var details = MoveDetails.Parse(json);
        try
        {
            var (outcome, _) = await RemoveAsync(
                connection, intent, details, snapshot.SnapshotId, current.MetadataLocation, held: null, job: null, _ => Task.CompletedTask, cancellationToken);
            if (outcome == RowRemoval.Outcome.Committed)
            {
                Log.Finished(logger, details.Rows.Rows, table.Name, details.Rows.Unit.Day);
                return true;
            }
        }
        catch (HotException held) when (held.Kind == HotErrorKind.Immovable)
        {
            Log.Held(logger, table.Name, held);
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            Log.Held(logger, table.Name, gone);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.PublicationFinished, LogLevel.Information, "Finished a move that another process has left: {RowCount} rows of '{Table}' of {Day}")]
        public static partial void Finished(ILogger logger, long rowCount, string table, DateOnly day);

        [LoggerMessage(TieringEventId.PublicationAbandoned, LogLevel.Information, "Took back the {Kind} {Id} of '{Table}' that another process has left")]
        public static partial void Abandoned(ILogger logger, PublicationKind kind, Guid id, string table);

        [LoggerMessage(TieringEventId.PublicationLeft, LogLevel.Warning, "The {Kind} {Id} of '{Table}' is left half done, which nobody sees; the next one finishes it or takes it back")]
        public static partial void Left(ILogger logger, PublicationKind kind, Guid id, string table, Exception error);

        [LoggerMessage(TieringEventId.PublicationStray, LogLevel.Information, "The branch '{Branch}' of '{Table}' belongs to a change that was abandoned; it is dropped")]
        public static partial void Stray(ILogger logger, string branch, string table);

        [LoggerMessage(TieringEventId.PublicationHeld, LogLevel.Warning, "A move of '{Table}' that another process has left cannot be finished and is taken back")]
        public static partial void Held(ILogger logger, string table, Exception error);
    }
}
