using FederatedQuery.Hot;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Tiering.Publication;
using Npgsql;

namespace FederatedQuery.Tiering.Moves;

/// <remarks>Days whose rows are changed during every export.</remarks>
public sealed partial class TableMover
{
    /// <summary>
    /// The rows of a day a few at a time, each of which nobody can change while it is written. So it comes to an end whatever is changed how often; rows that
    /// somebody else is holding stay hot.
    /// </summary>
    private async Task<MoveResult> MoveHeldAsync(TieredTable table, MoveUnit unit, Job? job, CancellationToken cancellationToken)
    {
        var pace = new HoldPace(options.Value.HeldRows);
        var total = MoveResult.Nothing;
        var rows = await CountAsync(table, unit, cancellationToken);
        while (true)
        {
            var held = await TryHoldAndMoveAsync(table, unit, pace, job, cancellationToken);
            if (held is not null)
            {
                total = new MoveResult(
                    total.Rows + held.Moved.Rows, total.Bytes + held.Moved.Bytes, 0, held.Moved.SnapshotId ?? total.SnapshotId);
            }

            // What came since is late. And so that others, who make rows faster than they are moved, do not keep it here for ever.
            if (held is { IsLast: true } || total.Rows >= rows || (held is null && !await pace.TryPauseAsync(time, cancellationToken)))
            {
                break;
            }
        }

        var left = await CountAsync(table, unit, cancellationToken);
        return total.Rows > 0 || left == 0 ? total with { LateRows = left } : throw MoveFinisher.Busy(unit);
    }

    /// <returns>Null: they could not be held, or not long enough.</returns>
    private async Task<HeldMove?> TryHoldAndMoveAsync(TieredTable table, MoveUnit unit, HoldPace pace, Job? job, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (most, started) = (pace.Rows, time.GetTimestamp());
        try
        {
            // This one decides the move: so it has the right, too, which ends when it is decided.
            await using var connection = await OpenAsync(job, cancellationToken);
            await using var right = await AcquireAsync(connection, unit, cancellationToken);
            await TieredCatalog.RequireAsync(connection, catalog, table, cancellationToken);
            await using var held = await HeldRows.TryHoldAsync(
                connection, unit, table.TimeColumn, most, options.Value.LockTimeout, options.Value.LongestHold * 1.5, cancellationToken);
            if (held is null or { Rows: 0 })
            {
                return held is null ? null : new HeldMove(MoveResult.Nothing, IsLast: true);
            }

            started = time.GetTimestamp();
            limit.CancelAfter(options.Value.LongestHold);
            await using var other = catalog.IsRest ? await OpenAsync(job, limit.Token) : null;
            var result = await TryMoveAsync(other ?? connection, table, unit, held, job, ReachAsync, limit.Token);
            pace.Took(time.GetElapsedTime(started), most);
            return result is null or { Rows: 0 } ? null : new HeldMove(result, IsLast: held.Rows < most);
        }
        catch (Exception error) when (IsEnd(error))
        {
            return await EndAsync(table, unit, error, cancellationToken) is { } result ? new HeldMove(result, IsLast: false) : null;
        }
        catch (TieringException busy) when (busy.Kind == TieringErrorKind.Busy)
        {
            Log.HoldFailed(logger, unit.Table.ToString(), unit.Day, most, busy.Message);
            return null;
        }
        catch (Exception error) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.HoldFailed(logger, unit.Table.ToString(), unit.Day, most, error.Message);
            pace.Took(time.GetElapsedTime(started), most);
            return null;
        }

        Task ReachAsync(MoveStep step)
        {
            if (step == MoveStep.Removed)
            {
                // All but decided: what follows holds nobody up.
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
            }

            return AfterStep(step);
        }
    }

    private async Task<long> CountAsync(TieredTable table, MoveUnit unit, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        try
        {
            return await UnitRows.CountAsync(connection, unit, table.TimeColumn, cancellationToken);
        }
        catch (Exception gone) when (gone is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } or HotException { Kind: HotErrorKind.NotFound })
        {
            return 0;
        }
    }

    /// <param name="IsLast">No others could be held.</param>
    private sealed record HeldMove(MoveResult Moved, bool IsLast);
}
