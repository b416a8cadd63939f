using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;
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

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(2);

    private readonly TieringOptions _options = options.Value;

    /// <param name="connection">Free; keeps the right to move the day.</param>
    /// <param name="table">The tiered table.</param>
    /// <param name="rows">What was exported.</param>
    /// <param name="files">Where it was exported to.</param>
    /// <param name="job">Whose lease has to hold; null: none's.</param>
    /// <param name="afterStep">Called between the steps.</param>
    /// <param name="cancellationToken">Gives up before the COMMIT; that itself is waited for.</param>
    /// <returns>Null when an exported row was changed or deleted meanwhile; nothing was moved then.</returns>
    /// <exception cref="TieringException">Busy, LeaseLost.</exception>
    /// <exception cref="CommitUnknownException">The COMMIT was sent and not answered. Every other exception means that nothing was moved.</exception>
    internal async Task<MoveResult?> FinishAsync(
        NpgsqlConnection connection, TieredTable table, ExportedRows rows, ColdFiles files, Job? job, Func<MoveStep, Task> afterStep,
        CancellationToken cancellationToken)
    {
        var mode = rows.Unit.IsWholeSource ? MoveMode.Truncate : MoveMode.Delete;
        var (lockFailures, restagings) = (0, 0);
        StagedCommit? staged = null;
        try
        {
            while (true)
            {
                // 2. Upload manifests and metadata on top of the newest snapshot. A crash leaves files.
                if (staged is null)
                {
                    staged = await StageAsync(table, rows, files, cancellationToken);
                    await afterStep(MoveStep.Staged);
                }

                var (outcome, result) = await TryAsync(connection, table, rows, files, staged, job, mode, afterStep, cancellationToken);
                switch (outcome)
                {
                    case Outcome.Committed:
                        return result;

                    case Outcome.RowsChanged:
                        await DiscardAsync(staged);
                        return null;

                    case Outcome.TooManyLate:
                        Log.ManyLate(logger, rows.Unit.Source.ToString());
                        (mode, lockFailures) = (MoveMode.Delete, 0);
                        break;

                    case Outcome.CatalogMovedOn when ++restagings <= MaximumRestagings:
                        Log.Restaged(logger, rows.Unit.Table.ToString(), rows.Unit.Day);
                        await DiscardAsync(staged);
                        staged = null;
                        break;

                    case Outcome.Locked when ++lockFailures < _options.LockAttempts:
                        await Task.Delay(Backoff(lockFailures), time, cancellationToken);
                        break;

                    case Outcome.Locked when mode == MoveMode.Truncate:
                        Log.ByDelete(logger, rows.Unit.Source.ToString(), lockFailures);
                        (mode, lockFailures) = (MoveMode.Delete, 0);
                        break;

                    default:
                        throw new TieringException(
                            TieringErrorKind.Busy,
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"Table '{rows.Unit.Table}', day {rows.Unit.Day:yyyy-MM-dd}: {(outcome == Outcome.Locked ? "writers held exported rows too long" : "others committed to the cold table first")} in every attempt. The rows stay hot; try again later."));
                }
            }
        }
        catch (Exception error) when (staged is not null && error is not CommitUnknownException)
        {
            await DiscardAsync(staged);
            throw;
        }
    }

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

    private async Task<(Outcome Outcome, MoveResult? Result)> TryAsync(
        NpgsqlConnection connection, TieredTable table, ExportedRows rows, ColdFiles files, StagedCommit staged, Job? job, MoveMode mode,
        Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        // Whatever ends the process or the session from here to the COMMIT undoes the transaction: all rows stay hot.
        await using var finish = await MoveFinish.TryBeginAsync(connection, rows, mode, _options.LockTimeout, cancellationToken);
        if (finish is null)
        {
            return (Outcome.Locked, null);
        }

        MoveResult result;
        try
        {
            // 3. Take hold of the exported rows, which nobody can change from then on: are they still what they were?
            if (!await finish.TakeAsync(cancellationToken))
            {
                return (Outcome.RowsChanged, null);
            }

            if (mode == MoveMode.Truncate && finish.LateRows > MoveFinish.MostLateRowsPutBack)
            {
                return (Outcome.TooManyLate, null);
            }

            await afterStep(MoveStep.Verified);

            // Nobody can take the job over from here to the COMMIT.
            await JobLease.RequireAsync(finish.Transaction, job, cancellationToken);

            // 4. Publish the snapshot, if nobody else has published another one since it was staged.
            if (!await catalog.Current.TryCommitAsync(staged, finish.Transaction, cancellationToken))
            {
                return (Outcome.CatalogMovedOn, null);
            }

            await afterStep(MoveStep.Published);

            // 5. Remove from PostgreSQL what is still there, and record the move.
            await finish.RemoveAsync(cancellationToken);
            result = new MoveResult(rows.Rows, files.Bytes, finish.LateRows, staged.Metadata.CurrentSnapshotId);
            await RecordAsync(finish.Transaction, table, rows, files, staged, cancellationToken);
            await afterStep(MoveStep.Removed);
        }
        catch (PostgresException error) when (MoveFinish.IsLockNotAvailable(error))
        {
            return (Outcome.Locked, null);
        }

        try
        {
            await finish.Transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            throw new CommitUnknownException(staged, files, result, error);
        }

        return (Outcome.Committed, result);
    }

    private async Task RecordAsync(
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
        await MoveStore.AddAsync(transaction, move, cancellationToken);
        var end = new DateTimeOffset(rows.Unit.Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        await TieredTableStore.AdvanceBoundaryAsync(transaction, rows.Unit.Table, end, cancellationToken);
    }

    /// <summary>Doubles up to a limit; of that a random part, so that racers do not stay in step.</summary>
    private static TimeSpan Backoff(int failures)
    {
        var limit = Math.Min(LongestBackoff.TotalMilliseconds, 50 * Math.Pow(2, failures));
        return TimeSpan.FromMilliseconds(limit * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private enum Outcome
    {
        Committed,
        RowsChanged,
        CatalogMovedOn,
        TooManyLate,
        Locked,
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.MoveRestaged, LogLevel.Debug, "Somebody else committed to the cold table of '{Table}' while {Day} was moved; staging again")]
        public static partial void Restaged(ILogger logger, string table, DateOnly day);

        [LoggerMessage(TieringEventId.LateRows, LogLevel.Information, "Too many rows came to '{Source}' while it was moved to put them back while readers wait; the moved ones are deleted instead of truncated")]
        public static partial void ManyLate(ILogger logger, string source);

        [LoggerMessage(TieringEventId.MoveByDelete, LogLevel.Information, "'{Source}' has readers or writers that do not end ({Attempts} attempts); its rows are deleted instead of truncated")]
        public static partial void ByDelete(ILogger logger, string source, int attempts);

        [LoggerMessage(TieringEventId.MoveFilesLeft, LogLevel.Warning, "{FileCount} metadata files of a move that was undone could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, int fileCount, Exception error);
    }
}
