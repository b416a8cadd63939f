using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Moves;

/// <summary>
/// The second half of a move: the snapshot is published and the rows are removed in one short transaction, tried until its locks are to be
/// had and nobody else has committed to the cold table in between.
/// </summary>
public sealed partial class MoveFinisher(
    ColdCatalog catalog, ColdAppender appender, IOptions<TieringOptions> options, TimeProvider time, ILogger<MoveFinisher> logger)
{
    private const int MaximumRestagings = 100;

    /// <param name="connection">Free; keeps the right to move the day.</param>
    /// <param name="table">The tiered table.</param>
    /// <param name="rows">What was exported.</param>
    /// <param name="files">Where it was exported to.</param>
    /// <param name="held">The rows, if they are held; then <paramref name="connection"/> holds them.</param>
    /// <param name="job">Whose lease has to hold; null: none's.</param>
    /// <param name="afterStep">Called between the steps.</param>
    /// <param name="cancellationToken">Gives up before the COMMIT; that itself is waited for.</param>
    /// <returns>Null when an exported row was changed or deleted meanwhile; nothing was moved then.</returns>
    /// <exception cref="TieringException">Busy, LeaseLost.</exception>
    /// <exception cref="CommitUnknownException">The COMMIT was sent and not answered. Every other exception means that nothing was moved.</exception>
    internal async Task<MoveResult?> FinishAsync(
        NpgsqlConnection connection, TieredTable table, ExportedRows rows, ColdFiles files, HeldRows? held, Job? job, Func<MoveStep, Task> afterStep,
        CancellationToken cancellationToken)
    {
        var removal = new RowRemoval(rows, options.Value, time, logger);
        StagedCommit? staged = null;
        try
        {
            for (var restagings = 0; restagings <= MaximumRestagings; restagings++)
            {
                // 2. Upload manifests and metadata on top of the newest snapshot. A crash leaves files.
                staged = await StageAsync(table, rows, files, cancellationToken);
                await afterStep(MoveStep.Staged);

                // 3. and 5. Take hold of the rows, and remove them.
                var (outcome, lateRows) = await RemoveAsync(connection, removal, table, rows, files, held, staged, job, afterStep, cancellationToken);
                switch (outcome)
                {
                    case RowRemoval.Outcome.Committed:
                        return ResultOf(rows, files, lateRows, staged);

                    case RowRemoval.Outcome.RowsChanged:
                        await DiscardAsync(staged);
                        return null;

                    case RowRemoval.Outcome.Busy:
                        throw Busy(rows.Unit);

                    default:
                        Log.Restaged(logger, rows.Unit.Table.ToString(), rows.Unit.Day);
                        await DiscardAsync(staged);
                        staged = null;
                        break;
                }
            }

            throw new TieringException(
                TieringErrorKind.Busy,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Table '{rows.Unit.Table}', day {rows.Unit.Day:yyyy-MM-dd}: others committed to the cold table first in every attempt. The rows stay hot; try again later."));
        }
        catch (Exception error) when (staged is not null && error is not CommitUnknownException)
        {
            await DiscardAsync(staged);
            throw;
        }
    }

    internal static TieringException Busy(MoveUnit unit) => new(
        TieringErrorKind.Busy,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Table '{unit.Table}', day {unit.Day:yyyy-MM-dd}: writers held exported rows too long in every attempt. The rows stay hot; try again later."));

    /// <summary>Deletes metadata files that certainly are not published.</summary>
    internal async Task DiscardAsync(StagedCommit staged)
    {
        try
        {
            await appender.DiscardAsync(staged, CancellationToken.None);
        }
        catch (ObjectStoreException error)
        {
            Log.FilesLeft(logger, staged.AttemptFiles.Length, error);
        }
    }

    private async Task<StagedCommit> StageAsync(TieredTable table, ExportedRows rows, ColdFiles files, CancellationToken cancellationToken)
    {
        var current = await catalog.Current.LoadTableAsync(new TableIdentifier(table.Namespace, table.Name), cancellationToken);
        var properties = new Dictionary<string, string>
        {
            ["federated-query.moved-day"] = rows.Unit.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["federated-query.checksum"] = files.Checksum.ToString(),
        };
        return await appender.StageAsync(current, files, properties, cancellationToken);
    }

    private async Task<(RowRemoval.Outcome Outcome, long LateRows)> RemoveAsync(
        NpgsqlConnection connection, RowRemoval removal, TieredTable table, ExportedRows rows, ColdFiles files, HeldRows? held, StagedCommit staged, Job? job,
        Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        try
        {
            return held is null
                ? await removal.RunAsync(connection, PublishAsync, afterStep, cancellationToken)
                : await removal.RunHeldAsync(held, PublishAsync, afterStep, cancellationToken);
        }
        catch (CommitLostException lost)
        {
            throw new CommitUnknownException(staged, files, ResultOf(rows, files, lost.LateRows, staged), lost);
        }

        async Task<bool> PublishAsync(MoveFinish finish)
        {
            // Nobody can take the job over from here to the COMMIT.
            await JobLease.RequireAsync(finish.Transaction, job, cancellationToken);

            // 4. Publish the snapshot, if nobody else has published another one since it was staged, and record the move.
            if (!await catalog.Current.TryCommitAsync(staged, finish.Transaction, cancellationToken))
            {
                return false;
            }

            await RecordAsync(finish.Transaction, table, rows, files, staged, cancellationToken);
            return true;
        }
    }

    private static MoveResult ResultOf(ExportedRows rows, ColdFiles files, long lateRows, StagedCommit staged) =>
        new(rows.Rows, files.Bytes, lateRows, staged.Metadata.CurrentSnapshotId);

    private Task RecordAsync(
        NpgsqlTransaction transaction, TieredTable table, ExportedRows rows, ColdFiles files, StagedCommit staged, CancellationToken cancellationToken)
    {
        var move = new Move
        {
            Schema = table.Schema,
            Name = table.Name,
            Day = rows.Unit.Day,
            Rows = rows.Rows,
            Checksum = files.Checksum.ToString(),
            SnapshotId = staged.Metadata.CurrentSnapshotId!.Value,
            MetadataLocation = staged.NewLocation,
            MovedAt = time.GetUtcNow().ToUniversalTime(),
        };
        return RecordAsync(transaction, move, cancellationToken);
    }

    /// <summary>Writes down a move in the transaction that removes its rows.</summary>
    internal static async Task RecordAsync(NpgsqlTransaction transaction, Move move, CancellationToken cancellationToken)
    {
        await MoveStore.AddAsync(transaction, move, cancellationToken);
        var end = new DateTimeOffset(move.Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        await TieredTableStore.AdvanceBoundaryAsync(transaction, new TableName(move.Schema, move.Name), end, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.MoveRestaged, LogLevel.Debug, "Somebody else committed to the cold table of '{Table}' while {Day} was moved; staging again")]
        public static partial void Restaged(ILogger logger, string table, DateOnly day);

        [LoggerMessage(TieringEventId.MoveFilesLeft, LogLevel.Warning, "{FileCount} metadata files of a move that was undone could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, int fileCount, Exception error);
    }
}
