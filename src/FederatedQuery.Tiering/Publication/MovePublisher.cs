using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Publication;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Moves;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Publication;

/// <summary>The second half of a move to a cold table in a REST catalog, by the steps of <see cref="TablePublisher"/>.</summary>
public sealed partial class MovePublisher(
    ColdCatalog catalog, ColdBranches branches, TablePublisher publisher, MoveStore moves, TimeProvider time, ILogger<MovePublisher> logger)
{
    /// <param name="connection">Free; keeps the right to move the day.</param>
    /// <param name="table">The tiered table.</param>
    /// <param name="target">Its cold table, as the files were written for it.</param>
    /// <param name="rows">What was exported.</param>
    /// <param name="files">Where it was exported to; deleted when nothing is moved.</param>
    /// <param name="held">The rows, if they are held, by another connection.</param>
    /// <param name="job">Whose lease has to hold; null: none's.</param>
    /// <param name="afterStep">Called between the steps.</param>
    /// <param name="cancellationToken">Gives up before the COMMIT; that itself is waited for.</param>
    /// <returns>Null when an exported row was changed or deleted meanwhile; nothing was moved then.</returns>
    /// <exception cref="TieringException">Busy, LeaseLost: nothing was moved.</exception>
    /// <exception cref="CommitUnknownException">The COMMIT was sent and not answered: see <see cref="ResolveAsync"/>.</exception>
    internal async Task<MoveResult?> FinishAsync(
        NpgsqlConnection connection, TieredTable table, CatalogTable target, ExportedRows rows, ColdFiles files, HeldRows? held, Job? job, Func<MoveStep, Task> afterStep,
        CancellationToken cancellationToken)
    {
        PublicationIntent? intent = null;
        SessionLock? right = null;
        try
        {
            right = await publisher.AcquireAsync(connection, rows.Unit.Table, cancellationToken);
            var current = await publisher.SettleAsync(connection, table, cancellationToken);
            var details = new MoveDetails(rows, files.Checksum.ToString());
            var planned = new PublicationIntent(
                Guid.CreateVersion7(time.GetUtcNow()), rows.Unit.Table, PublicationKind.Move, PublicationState.Open, details.ToJson());
            await TablePublisher.BeginAsync(connection, planned, current, job, cancellationToken);
            intent = planned;

            // 2. On a branch of their own. A crash leaves it to the next one.
            var snapshotId = await branches.AppendAsync(
                catalog.Catalog, TablePublisher.IdentifierOf(table), intent.Id, files.Files, SummaryOf(rows, files), cancellationToken);
            await afterStep(MoveStep.Staged);

            // 3. to 5. In one transaction of PostgreSQL.
            var (outcome, lateRows) = await RemoveAsync(connection, intent, details, snapshotId, files, held, job, afterStep, cancellationToken);
            if (outcome == RowRemoval.Outcome.Committed)
            {
                var result = new MoveResult(rows.Rows, files.Bytes, lateRows, snapshotId);
                await MergeAsync(connection, table, intent, afterStep, cancellationToken);
                return result;
            }

            // 6. Not so: take it back.
            await publisher.AbandonAsync(connection, table, intent, cancellationToken);
            return outcome == RowRemoval.Outcome.RowsChanged ? null : throw MoveFinisher.Busy(rows.Unit);
        }
        catch (Exception error) when (error is not (CommitUnknownException or MergeInterruptedException))
        {
            await UndoAsync(connection, table, target, intent, files, error);
            throw;
        }
        catch (MergeInterruptedException interrupted)
        {
            throw interrupted.InnerException!;
        }
        finally
        {
            if (right is not null)
            {
                await right.DisposeAsync();
            }
        }
    }

    /// <summary>Finds out what became of a COMMIT, by a session that gets the right only once the lost one has ended.</summary>
    /// <returns>True when the rows were moved, by then at the latest.</returns>
    internal async Task<bool> ResolveAsync(NpgsqlConnection connection, TieredTable table, long snapshotId, CancellationToken cancellationToken)
    {
        await using var right = await publisher.AcquireAsync(connection, TablePublisher.NameOf(table), cancellationToken);
        await publisher.SettleAsync(connection, table, cancellationToken);
        return (await moves.ListAsync(TablePublisher.NameOf(table), cancellationToken)).Any(move => move.SnapshotId == snapshotId);
    }

    private async Task<(RowRemoval.Outcome Outcome, long LateRows)> RemoveAsync(
        NpgsqlConnection connection, PublicationIntent intent, MoveDetails details, long snapshotId, ColdFiles files, HeldRows? held, Job? job,
        Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        try
        {
            return await publisher.RemoveAsync(connection, intent, details, snapshotId, metadataLocation: "", held, job, afterStep, cancellationToken);
        }
        catch (CommitLostException lost)
        {
            throw new CommitUnknownException(null, files, new MoveResult(details.Rows.Rows, files.Bytes, lost.LateRows, snapshotId), lost);
        }
    }

    /// <summary>The move has happened, whatever becomes of this.</summary>
    private async Task MergeAsync(
        NpgsqlConnection connection, TieredTable table, PublicationIntent intent, Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        try
        {
            await afterStep(MoveStep.Committed);
            await publisher.MergeAsync(connection, table, intent, cancellationToken);
        }
        catch (Exception error) when (TablePublisher.IsAbout(error) && !cancellationToken.IsCancellationRequested)
        {
            Log.Unmerged(logger, table.Name, intent.Id, error);
        }
        catch (Exception error)
        {
            throw new MergeInterruptedException(error);
        }
    }

    private async Task UndoAsync(
        NpgsqlConnection connection, TieredTable table, CatalogTable target, PublicationIntent? intent, ColdFiles files, Exception error)
    {
        if (intent is not null && !await publisher.TryAbandonAsync(connection, table, intent))
        {
            // Whoever finishes it needs the files.
            return;
        }

        if (error is IcebergException { Kind: IcebergErrorKind.CommitStateUnknown })
        {
            // What was sent may still be made, and is then found and dropped: with its files, or without them by orphan removal.
            return;
        }

        try
        {
            await branches.DeleteAsync(target, files.Files, CancellationToken.None);
        }
        catch (ObjectStoreException unreachable)
        {
            Log.FilesLeft(logger, files.Files.Length, unreachable);
        }
    }

    private static Dictionary<string, string> SummaryOf(ExportedRows rows, ColdFiles files) => new()
    {
        ["federated-query.moved-day"] = rows.Unit.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["federated-query.checksum"] = files.Checksum.ToString(),
    };

    private sealed class MergeInterruptedException(Exception innerException) : Exception("Interrupted after a move had happened.", innerException);

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.PublicationUnmerged, LogLevel.Warning, "Rows of '{Table}' have moved and are read; that the catalog shows them to other engines is left to the next change (of {Id})")]
        public static partial void Unmerged(ILogger logger, string table, Guid id, Exception error);

        [LoggerMessage(TieringEventId.MoveFilesLeft, LogLevel.Warning, "{FileCount} files of a move that was undone could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, int fileCount, Exception error);
    }
}
