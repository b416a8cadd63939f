using System.Globalization;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// Rows of a unit that nobody can change until they are removed or let go: what a move takes that would never find its rows unchanged. Their changers wait,
/// so there are few of them and not for long. Readers, and writers of other rows, do not wait. Disposing of it lets them go.
/// </summary>
public sealed class HeldRows : IAsyncDisposable
{
    private readonly MoveTransaction _opened;

    private HeldRows(MoveTransaction opened, long rows, string? condition)
    {
        _opened = opened;
        Rows = rows;
        Condition = condition;
    }

    /// <summary>How many are held.</summary>
    public long Rows { get; }

    /// <summary>
    /// Tells them from all others, in every session: a lock for update leaves the number of its transaction in the row, which no other lock can join.
    /// </summary>
    internal string? Condition { get; }

    /// <param name="connection">Free, without a transaction; the rows are held by it.</param>
    /// <param name="unit">Whose rows.</param>
    /// <param name="timeColumn">Tells the unit's rows from others in the same source.</param>
    /// <param name="most">Hold no more than these.</param>
    /// <param name="lockTimeout">How long the lock of the table is waited for, and later that of the catalog's row. Rows that others hold are passed by.</param>
    /// <param name="idleTimeout">The server lets the rows go when the transaction stands still for longer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the lock of the table was not to be had in time.</returns>
    /// <exception cref="HotException">Immovable: something holds the table's rows.</exception>
    public static async Task<HeldRows?> TryHoldAsync(
        NpgsqlConnection connection, MoveUnit unit, string timeColumn, int most, TimeSpan lockTimeout, TimeSpan idleTimeout, CancellationToken cancellationToken)
    {
        var opened = await MoveTransaction.TryBeginAsync(connection, unit, MoveMode.Delete, lockTimeout, idleTimeout, cancellationToken);
        if (opened is null)
        {
            return null;
        }

        try
        {
            var of = await UnitRows.FindAsync(connection, unit, timeColumn, cancellationToken);
            await using var command = MoveSql.Command(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"""
                    SELECT count(*), min(place)::text, max(place)::text, pg_current_xact_id()::xid::text
                    FROM (SELECT ctid AS place FROM {unit.Source.ToSql()}{MoveSql.Where(of.Condition)} LIMIT {most} FOR UPDATE SKIP LOCKED) AS held
                    """));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var rows = reader.GetInt64(0);
            // The places only spare reading the others; of partitions each has its own, and the transaction's number tells.
            return new HeldRows(
                opened,
                rows,
                rows == 0 ? null : $"ctid >= '{reader.GetString(1)}'::tid AND ctid <= '{reader.GetString(2)}'::tid AND xmax = '{reader.GetString(3)}'::xid");
        }
        catch (PostgresException error) when (MoveFinish.IsLockNotAvailable(error))
        {
            await opened.DisposeAsync();
            return null;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>The writing half of the move, in the transaction that holds the rows.</summary>
    /// <param name="exported">What was read of them.</param>
    public MoveFinish Finish(ExportedRows exported) => new(_opened, exported, MoveMode.Delete);

    public ValueTask DisposeAsync() => _opened.DisposeAsync();
}
