using FederatedQuery.Cold;
using FederatedQuery.Cold.Erasing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Erasures;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>The cold half of an erasure: files of the current snapshot that hold matching rows are written anew without them.</summary>
public sealed partial class ColdErasure(
    ColdTables coldTables, ColdEraser eraser, TableCommitter committer, JobCatalogs catalogs, ErasureStore store, TimeProvider time, ILogger<ColdErasure> logger)
{
    private const int MaximumAttempts = 20;

    /// <summary>Takes the rows out of the newest snapshot.</summary>
    /// <param name="known">Files that were looked into before; see <see cref="ColdEraser.FindAsync"/>.</param>
    /// <exception cref="TieringException">Busy: others changed the files in every attempt. LeaseLost.</exception>
    public async Task EraseAsync(ErasedTable table, RowMatch match, Job job, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        var identifier = table.Identifier;
        for (var attempt = 1; attempt <= MaximumAttempts; attempt++)
        {
            if (await coldTables.FindAsync(identifier, null, cancellationToken) is not { Metadata.CurrentSnapshot: { } snapshot } cold)
            {
                return;
            }

            table.Columns?.Require(cold);
            if (await eraser.FindAsync(cold, snapshot, match, known, cancellationToken) is not { Count: > 0 } dirty)
            {
                return;
            }

            // Before anything else: from here on a crash must not lose them from sight.
            await store.AddFilesAsync(job.Id, identifier, dirty.Select(file => (file.FilePath, (long?)file.FileSizeInBytes)), cancellationToken);
            var rows = await eraser.RewriteAsync(cold, dirty, match, table.TimeColumn, cancellationToken);
            if (await TryCommitAsync(table, cold, snapshot, rows, job, cancellationToken))
            {
                Log.Rewritten(logger, rows.Rows, rows.Removed.Length, rows.Added.Length, identifier.ToString());
                return;
            }
        }

        throw new TieringException(TieringErrorKind.Busy, $"Others changed files of table '{identifier}' in each of {MaximumAttempts} attempts to take rows out of them. Try again later.");
    }

    private async Task<bool> TryCommitAsync(ErasedTable table, ColdTable cold, Snapshot snapshot, ErasedRows rows, Job job, CancellationToken cancellationToken)
    {
        var change = new OverwriteFiles(rows.Added)
        {
            Removed = rows.Removed,
            // What others add meanwhile is looked at again afterwards; what they delete must not come back.
            Check = new ConflictCheck { FromSnapshotId = snapshot.SnapshotId, Isolation = CommitIsolation.Snapshot },
            ForgetsRemovedFiles = true,
            Properties = new Dictionary<string, string> { ["federated-query.erasure"] = job.Id.ToString("D") },
        };
        var catalog = catalogs.Of(job, async (transaction, staged, token) =>
        {
            await Ledger.RecordAsync(transaction, table.Name, Move.Erased, rows.Days, staged, time.GetUtcNow(), token);
            await ErasureStore.AddStepAsync(
                transaction, job.Id, null, new ErasureFigures(ColdRows: rows.Rows, FilesRemoved: rows.Removed.Length, FilesWritten: rows.Added.Length), token);
        });
        try
        {
            await committer.CommitAsync(catalog, cold.Identifier, [change], cancellationToken);
            return true;
        }
        catch (IcebergException conflict) when (conflict.Kind is IcebergErrorKind.ValidationFailed or IcebergErrorKind.CommitConflict)
        {
            await eraser.DiscardAsync(cold, rows, CancellationToken.None);
            return false;
        }
        catch (IcebergException unknown) when (unknown.Kind == IcebergErrorKind.CommitStateUnknown)
        {
            // Whether it was made, the next look tells. Files that it did not publish are left: they hold none of the rows.
            Log.Unknown(logger, cold.Identifier.ToString(), unknown);
            return false;
        }
        catch
        {
            await eraser.DiscardAsync(cold, rows, CancellationToken.None);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.FilesErased, LogLevel.Information, "Erased {RowCount} cold rows: {FileCount} files of '{Table}' were written anew as {WrittenCount}")]
        public static partial void Rewritten(ILogger logger, long rowCount, int fileCount, int writtenCount, string table);

        [LoggerMessage(TieringEventId.ErasureUnknown, LogLevel.Warning, "Whether rows were taken out of '{Table}' is not known; it is looked at again")]
        public static partial void Unknown(ILogger logger, string table, Exception error);
    }
}
