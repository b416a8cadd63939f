using FederatedQuery.Cold;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Publication;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Loading;

/// <summary>
/// Loads of rows to cold tables in a REST catalog. Into both tiers by the steps of <see cref="TablePublisher"/>: cold rows on a branch, then one transaction with the hot
/// rows that publishes it. Into cold tables alone the catalog's one commit is all there is.
/// </summary>
public sealed partial class RestLoadWriter(
    PostgresConnections connections, ColdCatalog catalog, ColdBranches branches, TableCommitter committer, TablePublisher publisher, TableCreation creation,
    LoadTables tables, LoadRows rows, TimeProvider time, ILogger<RestLoadWriter> logger)
{
    /// <summary>Where tests interfere: with cold rows on their branch, and with all of it committed in PostgreSQL.</summary>
    internal Func<MoveStep, Task> AfterStep { get; set; } = _ => Task.CompletedTask;

    /// <summary>Finishes or takes back what others have left of their work on the table: before it is looked at. Waits for those who are at it.</summary>
    internal async Task SettleAsync(TableName name, TableIdentifier identifier, TieredTable? tiering, CancellationToken cancellationToken)
    {
        if (!catalog.IsRest)
        {
            return;
        }

        if (tiering is not null)
        {
            await publisher.SettleAsync(tiering, cancellationToken);
            return;
        }

        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (await PublicationStore.FindIntentAsync(connection, name, cancellationToken) is { Kind: PublicationKind.Create })
        {
            await using var right = await publisher.AcquireAsync(connection, name, cancellationToken);
            await creation.UndoAsync(name, identifier, cancellationToken);
        }
    }

    internal async Task<(long HotRows, long ColdRows)> WriteAsync(
        LoadRequest request, LoadDestination destination, LoadPlan plan, TimeProfile profile, RowStage stage, LoadReporter reporter, CancellationToken cancellationToken)
    {
        var work = new Work(request, destination, plan, profile, stage, reporter);
        var files = ColdFiles.None;
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (destination.Cold is { } known)
        {
            // Before the right to publish is taken, which moves of the table wait for.
            files = await rows.WriteColdAsync(plan, stage, known.Table, reporter, cancellationToken);
        }

        await using var right = await AcquireAsync(connection, destination, files, cancellationToken);
        var result = plan.HasHot
            ? await WriteBothAsync(connection, work, files, cancellationToken)
            : await WriteColdAsync(connection, work, files, cancellationToken);
        reporter.Done();
        return result;
    }

    private async Task<SessionLock> AcquireAsync(NpgsqlConnection connection, LoadDestination destination, ColdFiles files, CancellationToken cancellationToken)
    {
        try
        {
            return await publisher.AcquireAsync(connection, destination.Name, cancellationToken);
        }
        catch
        {
            await UndoAsync(destination, files, isCreated: false);
            throw;
        }
    }

    /// <summary>One commit at the catalog; the ledger follows it.</summary>
    private async Task<(long HotRows, long ColdRows)> WriteColdAsync(
        NpgsqlConnection connection, Work work, ColdFiles files, CancellationToken cancellationToken)
    {
        var destination = work.Destination;
        AppendFiles append;
        CatalogTable table;
        try
        {
            table = await OpenAsync(work, cancellationToken);
            files = await FilesAsync(work, table, files, cancellationToken);
            append = new AppendFiles(files.Files, LoadWriter.SummaryOf(work.Request, files));
            work.Reporter.Committing();
            if (files.Rows > 0)
            {
                await committer.CommitAsync(catalog.Catalog, destination.Identifier, [append], cancellationToken);
            }
        }
        catch (IcebergException unknown) when (unknown.Kind == IcebergErrorKind.CommitStateUnknown)
        {
            throw new TieringException(
                TieringErrorKind.Busy,
                $"The catalog did not say what became of the load into '{destination}': it has happened as a whole or not at all. Look whether the rows are there before loading again.",
                unknown);
        }
        catch
        {
            await UndoAsync(destination, files, isCreated: !destination.Exists);
            throw;
        }

        try
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            if (!destination.Exists)
            {
                await Ledger.ForgetAsync(transaction, destination.Name, CancellationToken.None);
            }

            if (files.Rows > 0 && await Ledger.IsKeptAsync(transaction, destination.Name, destination.Cold, CancellationToken.None)
                && await Ledger.IsUnknownAsync(transaction, destination.Name, append.SnapshotId, CancellationToken.None))
            {
                await Ledger.RecordAsync(
                    transaction, destination.Name, Move.Loaded, files.Days, append.SnapshotId, table.MetadataLocation, time.GetUtcNow(), CancellationToken.None);
            }

            await TableCreation.CompleteAsync(transaction, destination.Name, isTiered: false, CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            // The rows are loaded; verification takes their snapshot into the ledger.
            Log.Unrecorded(logger, files.Rows, destination.ToString(), error);
        }

        return (0, files.Rows);
    }

    private async Task<(long HotRows, long ColdRows)> WriteBothAsync(
        NpgsqlConnection connection, Work work, ColdFiles files, CancellationToken cancellationToken)
    {
        var destination = work.Destination;
        var tiering = destination.Tiering;
        PublicationIntent? intent = null;
        NpgsqlTransaction? transaction = null;
        long hotRows;
        try
        {
            if (tiering is not null)
            {
                await TieredCatalog.RequireAsync(connection, catalog, tiering, cancellationToken);
            }

            // 1. The intent: to make the table, or to add rows to it.
            var table = tiering is null ? await OpenAsync(work, cancellationToken) : await publisher.SettleAsync(connection, tiering, cancellationToken);
            files = await FilesAsync(work, table, files, cancellationToken);
            if (tiering is not null)
            {
                var planned = new PublicationIntent(Guid.CreateVersion7(time.GetUtcNow()), destination.Name, PublicationKind.Load, PublicationState.Open, Details: null);
                await TablePublisher.BeginAsync(connection, planned, table, job: null, cancellationToken);
                intent = planned;
            }

            // 2. Cold rows on a branch of their own.
            var change = intent?.Id ?? TableCreation.IdOf(table);
            long? snapshotId = files.Rows == 0 ? null : await branches.AppendAsync(
                catalog.Catalog, destination.Identifier, change, files.Files, LoadWriter.SummaryOf(work.Request, files), cancellationToken);

            await AfterStep(MoveStep.Staged);

            // 3. One transaction with everything in PostgreSQL.
            transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (tiering is null)
            {
                tiering = await tables.CreateHotAsync(transaction, work.Request, destination, work.Plan, work.Profile, cancellationToken);
                await Ledger.ForgetAsync(transaction, destination.Name, cancellationToken);
                if (snapshotId is null)
                {
                    await TableCreation.CompleteAsync(transaction, destination.Name, isTiered: true, cancellationToken);
                }
                else
                {
                    intent = await TableCreation.GoOnAsync(transaction, destination.Name, cancellationToken);
                }
            }

            hotRows = await LoadRows.WriteHotAsync(connection, destination.Name, work.Plan, work.Stage, work.Reporter, cancellationToken);
            if (snapshotId is { } id)
            {
                await TablePublisher.CommitAsync(transaction, intent!, id, cancellationToken);
                await Ledger.RecordAsync(transaction, destination.Name, Move.Loaded, files.Days, id, table.MetadataLocation, time.GetUtcNow(), cancellationToken);
            }
        }
        catch (Exception error)
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync();
            }

            if (destination.Tiering is not null && intent is not null && !await publisher.TryAbandonAsync(connection, destination.Tiering, intent))
            {
                // Whoever takes it back deletes the files.
                throw;
            }

            // What was sent and not answered may still be made, and is then found and dropped, with its files.
            await UndoAsync(destination, error is IcebergException { Kind: IcebergErrorKind.CommitStateUnknown } ? ColdFiles.None : files, isCreated: !destination.Exists);
            throw;
        }

        await using (transaction)
        {
            work.Reporter.Committing();
            await LoadWriter.CommitAsync(transaction, destination, cancellationToken);
        }

        // 4. The branch comes to main.
        if (files.Rows > 0)
        {
            await MergeAsync(connection, tiering!, intent!, cancellationToken);
        }

        return (hotRows, files.Rows);
    }

    /// <summary>The table that is there, or a new one.</summary>
    private async Task<CatalogTable> OpenAsync(Work work, CancellationToken cancellationToken)
    {
        if (work.Destination.Cold is { } known)
        {
            return known.Table;
        }

        try
        {
            return await creation.CreateAsync(
                work.Destination.Name, work.Destination.Identifier, LoadTables.LayoutOf(work.Request, work.Plan, work.Profile), cancellationToken);
        }
        catch (IcebergException taken) when (taken.Kind == IcebergErrorKind.AlreadyExists)
        {
            throw new TieringException(
                TieringErrorKind.Busy, $"Table '{work.Destination}' was made by somebody else while it was loaded. Nothing was loaded; load again to add the rows to it.", taken);
        }
    }

    private async Task<ColdFiles> FilesAsync(Work work, CatalogTable table, ColdFiles written, CancellationToken cancellationToken) =>
        work.Destination.Cold is not null || (work.Plan.HasHot && work.Profile.Older == 0)
            ? written
            : await rows.WriteColdAsync(work.Plan, work.Stage, table, work.Reporter, cancellationToken);

    /// <summary>The load has happened, whatever becomes of this.</summary>
    private async Task MergeAsync(NpgsqlConnection connection, TieredTable tiering, PublicationIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            await AfterStep(MoveStep.Committed);
            await publisher.MergeAsync(connection, tiering, intent, cancellationToken);
        }
        catch (Exception error) when (TablePublisher.IsAbout(error))
        {
            Log.Unmerged(logger, tiering.Name, intent.Id, error);
        }
    }

    /// <summary>Why the load failed matters more than what cannot be taken back now: the next load of the table does that, orphan removal deletes the files.</summary>
    private async Task UndoAsync(LoadDestination destination, ColdFiles files, bool isCreated)
    {
        try
        {
            if (files.Rows > 0)
            {
                await rows.DeleteAsync(files, CancellationToken.None);
            }

            if (isCreated)
            {
                await creation.UndoAsync(destination.Name, destination.Identifier, CancellationToken.None);
            }
        }
        catch (Exception error) when (TablePublisher.IsAbout(error))
        {
            Log.Left(logger, destination.ToString(), error);
        }
    }

    private sealed record Work(LoadRequest Request, LoadDestination Destination, LoadPlan Plan, TimeProfile Profile, RowStage Stage, LoadReporter Reporter);

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.LoadUnrecorded, LogLevel.Warning, "{RowCount} rows were loaded into '{Table}', and the ledger does not have them yet; verification takes them into it")]
        public static partial void Unrecorded(ILogger logger, long rowCount, string table, Exception error);

        [LoggerMessage(TieringEventId.LoadUnmerged, LogLevel.Warning, "Rows loaded into '{Table}' are read; that the catalog shows them to other engines is left to the next change (of {Id})")]
        public static partial void Unmerged(ILogger logger, string table, Guid id, Exception error);

        [LoggerMessage(TieringEventId.LoadLeft, LogLevel.Warning, "What a load into '{Table}' that failed has left at the catalog could not be taken back; the next load does")]
        public static partial void Left(ILogger logger, string table, Exception error);
    }
}
