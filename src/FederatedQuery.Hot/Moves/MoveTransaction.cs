using System.Data;
using System.Globalization;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>The transaction that removes rows, with the lock of their source. Disposing of it without a commit undoes all.</summary>
internal sealed class MoveTransaction : IAsyncDisposable
{
    private MoveTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, QuietTriggers triggers)
    {
        Connection = connection;
        Transaction = transaction;
        Triggers = triggers;
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>READ COMMITTED.</summary>
    public NpgsqlTransaction Transaction { get; }

    public QuietTriggers Triggers { get; }

    /// <param name="connection">Free, without a transaction.</param>
    /// <param name="unit">Whose source is locked.</param>
    /// <param name="mode">How its rows will be removed.</param>
    /// <param name="lockTimeout">How long each lock is waited for, of the table or of a row; whoever comes after the waiting one may wait as long.</param>
    /// <param name="idleTimeout">The server ends the session when the transaction stands still for longer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the lock was not to be had in time.</returns>
    /// <exception cref="HotException">Immovable: something holds the table's rows.</exception>
    public static async Task<MoveTransaction?> TryBeginAsync(
        NpgsqlConnection connection, MoveUnit unit, MoveMode mode, TimeSpan lockTimeout, TimeSpan idleTimeout, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        try
        {
            var (wait, idle) = (Math.Max(1, (long)lockTimeout.TotalMilliseconds), (long)idleTimeout.TotalMilliseconds);
            // Row security off: what a policy hides is an error. Constraints at once: a deferred one would keep triggers from being enabled again.
            await MoveSql.ExecuteAsync(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {wait}; SET LOCAL idle_in_transaction_session_timeout = {idle}; SET LOCAL row_security = off; SET CONSTRAINTS ALL IMMEDIATE"),
                cancellationToken);
            var needsLock = mode == MoveMode.Truncate || (await QuietTriggers.FindAsync(connection, unit.Source, mode, cancellationToken)).NeedsLock;
            var strength = needsLock ? "SHARE ROW EXCLUSIVE" : "ROW EXCLUSIVE";
            await MoveSql.ExecuteAsync(connection, $"LOCK TABLE {unit.Source.ToSql()} IN {strength} MODE", cancellationToken);

            // Under either lock no key can come to point here, and no trigger or rule be made, before this transaction has ended.
            var triggers = await QuietTriggers.FindAsync(connection, unit.Source, mode, cancellationToken);
            await MoveObstacles.RequireNoneAsync(connection, unit.Table, cancellationToken);
            if (needsLock || !triggers.NeedsLock)
            {
                return new MoveTransaction(connection, transaction, triggers);
            }

            // A trigger was made in between, which asks for the other lock.
            await transaction.DisposeAsync();
            return null;
        }
        catch (PostgresException error) when (MoveFinish.IsLockNotAvailable(error))
        {
            await transaction.DisposeAsync();
            return null;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Transaction.DisposeAsync();
}
