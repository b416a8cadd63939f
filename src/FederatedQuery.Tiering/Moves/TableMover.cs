using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Publication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Moves;

/// <summary>
/// Moves one day of a table from PostgreSQL to the cold tier, each row exactly once. Any number of processes may try the same day at once.
/// </summary>
public sealed partial class TableMover(
    PostgresConnections connections, ColdCatalog catalog, ColdSchemas schemas, ColdAppender appender, MoveWriter writer, MoveFinisher finisher,
    MovePublisher publisher, IOptions<TieringOptions> options, TimeProvider time, ILogger<TableMover> logger)
{
    /// <summary>How long an export waits for somebody's exclusive lock on the source.</summary>
    private static readonly TimeSpan ExportLockTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Where tests make it crash.</summary>
    internal Func<MoveStep, Task> AfterStep { get; set; } = _ => Task.CompletedTask;

    /// <summary>Moves the day, or waits while somebody else does, and then moves what is left.</summary>
    /// <param name="table">The tiered table.</param>
    /// <param name="unit">The day, and where it is.</param>
    /// <param name="job">Moves only while this job's lease holds; null: the move is no job's.</param>
    /// <param name="cancellationToken">Gives up; the rows stay hot.</param>
    /// <exception cref="TieringException">
    /// Busy: locks were not to be had. LeaseLost: the job is another's by now.
    /// NotAllowed: something in the database holds the table's rows, such as a foreign key. Nothing was moved.
    /// </exception>
    public async Task<MoveResult> MoveAsync(TieredTable table, MoveUnit unit, Job? job, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 1; attempt <= options.Value.FreeExports; attempt++)
            {
                if (await MoveFreeAsync(table, unit, job, cancellationToken) is { } result)
                {
                    return result;
                }

                Log.Restarted(logger, unit.Table.ToString(), unit.Day, attempt);
            }
        }
        catch (TieringException busy) when (busy.Kind == TieringErrorKind.Busy)
        {
            // A writer that does not end holds some of the rows: the others can be held, too.
        }

        Log.Holds(logger, unit.Table.ToString(), unit.Day);
        return await MoveHeldAsync(table, unit, job, cancellationToken);
    }

    /// <summary>All of the day, while nobody waits.</summary>
    /// <returns>Null: to be tried again.</returns>
    private async Task<MoveResult?> MoveFreeAsync(TieredTable table, MoveUnit unit, Job? job, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(job, cancellationToken);
            await using var right = await AcquireAsync(connection, unit, cancellationToken);
            return await TryMoveAsync(connection, table, unit, held: null, job, AfterStep, cancellationToken);
        }
        catch (Exception error) when (IsEnd(error))
        {
            return await EndAsync(table, unit, error, cancellationToken);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(Job? job, CancellationToken cancellationToken)
    {
        var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (job is not null)
        {
            // It holds locks: who takes the job over must be able to end it.
            await JobSessions.MarkAsync(connection, job, cancellationToken);
        }

        return connection;
    }

    /// <summary>Failures by which it is known, or can be found out, what became of the move.</summary>
    private static bool IsEnd(Exception error) => error
        is CommitUnknownException or PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } or HotException { Kind: HotErrorKind.Immovable };

    /// <returns>Null: nothing was moved.</returns>
    private async Task<MoveResult?> EndAsync(TieredTable table, MoveUnit unit, Exception error, CancellationToken cancellationToken)
    {
        switch (error)
        {
            case CommitUnknownException unknown:
                return await ResolveAsync(table, unit, unknown, cancellationToken) ? unknown.Result : null;

            case HotException held:
                throw new TieringException(TieringErrorKind.NotAllowed, $"{held.Message} Its rows stay hot until then.", held);

            default:
                // The partition was dropped, which happens to empty ones only.
                return MoveResult.Nothing;
        }
    }

    /// <returns>Null when an exported row was changed or deleted meanwhile: to be started again.</returns>
    private async Task<MoveResult?> TryMoveAsync(
        NpgsqlConnection connection, TieredTable table, MoveUnit unit, HeldRows? held, Job? job, Func<MoveStep, Task> afterStep,
        CancellationToken cancellationToken)
    {
        if (held is null)
        {
            await TieredCatalog.RequireAsync(connection, catalog, table, cancellationToken);
        }

        var identifier = new TableIdentifier(table.Namespace, table.Name);
        CatalogTable target;
        ExportedRows rows;
        ColdFiles files;

        // 1. Read one snapshot of the day and upload it as data files. A crash leaves files that no snapshot names.
        await using (var export = await MoveExport.OpenAsync(connections.Owner, unit, table.TimeColumn, held, ExportLockTimeout, cancellationToken))
        {
            if (export.Rows.Rows == 0)
            {
                return MoveResult.Nothing;
            }

            target = await FollowAsync(await catalog.Catalog.LoadTableAsync(identifier, cancellationToken), export, cancellationToken);
            files = await writer.WriteAsync(export, target, cancellationToken);
            rows = export.Rows;
        }

        var result = catalog.IsRest
            ? await PublishAsync(connection, table, target, rows, files, held, job, afterStep, cancellationToken)
            : await FinishAsync(connection, table, rows, files, held, job, afterStep, cancellationToken);
        if (result is not null)
        {
            Log.Moved(logger, result.Rows, unit.Table.ToString(), unit.Day, result.LateRows);
        }

        return result;
    }

    private async Task<MoveResult?> PublishAsync(
        NpgsqlConnection connection, TieredTable table, CatalogTable target, ExportedRows rows, ColdFiles files, HeldRows? held, Job? job,
        Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        try
        {
            await afterStep(MoveStep.Exported);
        }
        catch
        {
            await DeleteAsync(files);
            throw;
        }

        // 2. to 6. The catalog has no part in PostgreSQL's transactions.
        return await publisher.FinishAsync(connection, table, target, rows, files, held, job, afterStep, cancellationToken);
    }

    private async Task<MoveResult?> FinishAsync(
        NpgsqlConnection connection, TieredTable table, ExportedRows rows, ColdFiles files, HeldRows? held, Job? job,
        Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        MoveResult? result;
        try
        {
            await afterStep(MoveStep.Exported);

            // 2. to 5. Stage the snapshot, then publish it and remove the rows in one transaction. A crash before its COMMIT leaves
            // files, and all rows hot; after it, all rows are cold.
            result = await finisher.FinishAsync(connection, table, rows, files, held, job, afterStep, cancellationToken);
        }
        catch (Exception error) when (error is not CommitUnknownException)
        {
            // Certainly not committed: that would be the exception left out above.
            Log.Undone(logger, rows.Unit.Table.ToString(), rows.Unit.Day, error);
            await DeleteAsync(files);
            throw;
        }

        if (result is null)
        {
            await DeleteAsync(files);
            return null;
        }

        await afterStep(MoveStep.Committed);
        return result;
    }

    /// <summary>The cold table with columns for all that the hot one has by now.</summary>
    private async Task<CatalogTable> FollowAsync(CatalogTable target, MoveExport export, CancellationToken cancellationToken)
    {
        try
        {
            return await schemas.FollowAsync(catalog.Catalog, target, export.Columns, cancellationToken);
        }
        catch (IcebergException refused) when (refused.Kind == IcebergErrorKind.InvalidMetadata)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Table '{export.Rows.Unit.Table}' cannot move: it was altered after it was made tiered, and its cold table cannot follow. {refused.Message}",
                refused);
        }
    }

    /// <summary>Polls: a waiting lock request would hold the connection in a query that cannot be given up at once.</summary>
    private async Task<SessionLock> AcquireAsync(NpgsqlConnection connection, MoveUnit unit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await MoveLock.TryAcquireAsync(connection, unit.Table, unit.Day, cancellationToken) is { } right)
            {
                return right;
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    /// <summary>
    /// The lost transaction's session holds the right to move the day until it has ended one way or the other; so once we have the right, the
    /// catalog tells which.
    /// </summary>
    /// <returns>True when the move was committed.</returns>
    private async Task<bool> ResolveAsync(TieredTable table, MoveUnit unit, CommitUnknownException unknown, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var right = await AcquireAsync(connection, unit, cancellationToken);
        if (unknown.Staged is not { } staged)
        {
            return await publisher.ResolveAsync(connection, table, unknown.Result.SnapshotId!.Value, cancellationToken);
        }

        var current = await catalog.Current.LoadTableAsync(staged.Identifier, cancellationToken);
        if (unknown.Result.SnapshotId is { } id && current.Metadata.FindSnapshot(id) is not null)
        {
            return true;
        }

        Log.Undone(logger, unit.Table.ToString(), unit.Day, unknown);
        await finisher.DiscardAsync(staged);
        await DeleteAsync(unknown.Files);
        return false;
    }

    private async Task DeleteAsync(ColdFiles files)
    {
        try
        {
            await appender.DeleteAsync(files, CancellationToken.None);
        }
        catch (ObjectStoreException error)
        {
            Log.FilesLeft(logger, files.Files.Length, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.MoveHolds, LogLevel.Information, "Rows of '{Table}' of {Day} are changed all the time; they are held while they move, a few at a time")]
        public static partial void Holds(ILogger logger, string table, DateOnly day);

        [LoggerMessage(TieringEventId.MoveHoldFailed, LogLevel.Information, "Up to {RowCount} rows of '{Table}' of {Day} were held and let go again: {Reason}")]
        public static partial void HoldFailed(ILogger logger, string table, DateOnly day, int rowCount, string reason);

        [LoggerMessage(TieringEventId.Moved, LogLevel.Information, "Moved {RowCount} rows of '{Table}' of {Day} to the cold tier; {LateRowCount} late rows stay hot")]
        public static partial void Moved(ILogger logger, long rowCount, string table, DateOnly day, long lateRowCount);

        [LoggerMessage(TieringEventId.MoveRestarted, LogLevel.Information, "Rows of '{Table}' of {Day} were changed while they were moved (attempt {Attempt}); starting again")]
        public static partial void Restarted(ILogger logger, string table, DateOnly day, int attempt);

        [LoggerMessage(TieringEventId.MoveUndone, LogLevel.Warning, "The move of '{Table}' of {Day} was undone; its rows stay hot")]
        public static partial void Undone(ILogger logger, string table, DateOnly day, Exception error);

        [LoggerMessage(TieringEventId.MoveFilesLeft, LogLevel.Warning, "{FileCount} files of a move that was undone could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, int fileCount, Exception error);
    }
}
