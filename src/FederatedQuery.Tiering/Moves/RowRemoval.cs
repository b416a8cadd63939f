using FederatedQuery.Hot.Moves;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Moves;

/// <summary>
/// The transactions that remove exported rows from PostgreSQL: tried until their locks are to be had, first by truncating where that is possible, then by
/// deleting. One for each export; what was learnt in one attempt counts in the next.
/// </summary>
internal sealed partial class RowRemoval(ExportedRows rows, TieringOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(2);

    private MoveMode _mode = rows.Unit.IsWholeSource ? MoveMode.Truncate : MoveMode.Delete;
    private int _lockFailures;

    internal enum Outcome
    {
        Committed,

        /// <summary>An exported row was changed or deleted since: the export is worthless.</summary>
        RowsChanged,

        /// <summary>By the answer of <c>publish</c>.</summary>
        NotPublished,

        /// <summary>Locks were not to be had in all attempts.</summary>
        Busy,
    }

    /// <param name="connection">Free; keeps the right to move the day.</param>
    /// <param name="publish">Adds to the transaction what belongs to it, once the rows are held; false: roll back.</param>
    /// <param name="afterStep">Called between the steps.</param>
    /// <param name="cancellationToken">Gives up before the COMMIT; that itself is waited for.</param>
    /// <exception cref="CommitLostException">The COMMIT was sent and not answered. Every other exception means that nothing was removed.</exception>
    /// <exception cref="Hot.HotException">Immovable.</exception>
    public async Task<(Outcome Outcome, long LateRows)> RunAsync(
        NpgsqlConnection connection, Func<MoveFinish, Task<bool>> publish, Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryAsync(connection, publish, afterStep, cancellationToken) is { } result)
            {
                return result;
            }

            if (++_lockFailures < options.LockAttempts)
            {
                await Task.Delay(Backoff(_lockFailures), time, cancellationToken);
            }
            else if (_mode == MoveMode.Truncate)
            {
                Log.ByDelete(logger, rows.Unit.Source.ToString(), _lockFailures);
                (_mode, _lockFailures) = (MoveMode.Delete, 0);
            }
            else
            {
                return (Outcome.Busy, 0);
            }
        }
    }

    /// <summary>The same for rows that are held already. Published first: if that is refused they stay held, for another try; in every other case they are let go.</summary>
    /// <param name="held">The rows.</param>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<(Outcome Outcome, long LateRows)> RunHeldAsync(
        HeldRows held, Func<MoveFinish, Task<bool>> publish, Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        try
        {
            var finish = held.Finish(rows);
            await afterStep(MoveStep.Verified);
            if (!await publish(finish))
            {
                return (Outcome.NotPublished, 0);
            }

            await afterStep(MoveStep.Published);
            if (await finish.TakeAsync(cancellationToken))
            {
                await afterStep(MoveStep.Removed);
                return await CommitAsync(finish);
            }

            await held.DisposeAsync();
            return (Outcome.RowsChanged, 0);
        }
        catch (PostgresException error) when (MoveFinish.IsLockNotAvailable(error))
        {
            await held.DisposeAsync();
            return (Outcome.Busy, 0);
        }
        catch
        {
            // Who takes back what was begun needs the locks.
            await held.DisposeAsync();
            throw;
        }
    }

    /// <returns>Null: a lock was not to be had.</returns>
    private async Task<(Outcome Outcome, long LateRows)?> TryAsync(
        NpgsqlConnection connection, Func<MoveFinish, Task<bool>> publish, Func<MoveStep, Task> afterStep, CancellationToken cancellationToken)
    {
        // Whatever ends the process or the session from here to the COMMIT undoes the transaction: all rows stay hot.
        await using var finish = await MoveFinish.TryBeginAsync(connection, rows, _mode, options.LockTimeout, cancellationToken);
        if (finish is null)
        {
            return null;
        }

        try
        {
            // Take hold of the exported rows, which nobody can change from then on: are they still what they were?
            if (!await finish.TakeAsync(cancellationToken))
            {
                return (Outcome.RowsChanged, 0);
            }

            if (_mode == MoveMode.Truncate && finish.LateRows > MoveFinish.MostLateRowsPutBack)
            {
                Log.ManyLate(logger, rows.Unit.Source.ToString());
                (_mode, _lockFailures) = (MoveMode.Delete, -1);
                return null;
            }

            await afterStep(MoveStep.Verified);
            if (!await publish(finish))
            {
                return (Outcome.NotPublished, 0);
            }

            await afterStep(MoveStep.Published);
            await finish.RemoveAsync(cancellationToken);
            await afterStep(MoveStep.Removed);
        }
        catch (PostgresException error) when (MoveFinish.IsLockNotAvailable(error))
        {
            return null;
        }

        return await CommitAsync(finish);
    }

    private static async Task<(Outcome Outcome, long LateRows)> CommitAsync(MoveFinish finish)
    {
        try
        {
            await finish.Transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            throw new CommitLostException(finish.LateRows, error);
        }

        return (Outcome.Committed, finish.LateRows);
    }

    /// <summary>Doubles up to a limit; of that a random part, so that racers do not stay in step.</summary>
    private static TimeSpan Backoff(int failures)
    {
        var limit = Math.Min(LongestBackoff.TotalMilliseconds, 50 * Math.Pow(2, failures));
        return TimeSpan.FromMilliseconds(limit * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.LateRows, LogLevel.Information, "Too many rows came to '{Source}' while it was moved to put them back while readers wait; the moved ones are deleted instead of truncated")]
        public static partial void ManyLate(ILogger logger, string source);

        [LoggerMessage(TieringEventId.MoveByDelete, LogLevel.Information, "'{Source}' has readers or writers that do not end ({Attempts} attempts); its rows are deleted instead of truncated")]
        public static partial void ByDelete(ILogger logger, string source, int attempts);
    }
}

/// <summary>A COMMIT was sent and its answer lost: it may have happened.</summary>
internal sealed class CommitLostException(long lateRows, Exception innerException) : Exception("The answer to a COMMIT was lost.", innerException)
{
    /// <summary>Rows that stayed, if it did happen.</summary>
    public long LateRows { get; } = lateRows;
}
