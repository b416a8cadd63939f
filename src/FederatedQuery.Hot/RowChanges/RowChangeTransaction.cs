using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.RowChanges;

/// <summary>
/// One transaction that changes rows of a table. READ COMMITTED: each statement sees what others have committed by then, so what is looked up after a change tells whether
/// anything came in between. Not thread-safe.
/// </summary>
public sealed class RowChangeTransaction : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly PostgresConnections _connections;
    private readonly NpgsqlConnection _connection;
    private readonly PostgresTable _table;
    private readonly ImmutableArray<NestedField> _columns;
    private readonly long _id;
    private bool _keeps;

    private RowChangeTransaction(
        PostgresConnections connections, NpgsqlConnection connection, NpgsqlTransaction transaction, PostgresTable table, ImmutableArray<NestedField> columns, long id) =>
        (_connections, _connection, Transaction, _table, _columns, _id) = (connections, connection, transaction, table, columns, id);

    public NpgsqlTransaction Transaction { get; }

    /// <param name="columns">What is asked of each changed row; may be none.</param>
    /// <param name="lockTimeout">How long a statement waits for a lock of others.</param>
    /// <param name="timeout">How long one runs.</param>
    public static async Task<RowChangeTransaction> BeginAsync(
        PostgresConnections connections, PostgresTable table, ImmutableArray<NestedField> columns, TimeSpan lockTimeout, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(string.Create(
                CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)lockTimeout.TotalMilliseconds}")));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(string.Create(
                CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {(long)timeout.TotalMilliseconds}")));

            // A process that stands still in here has its session ended by the server: others wait for its locks.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL idle_in_transaction_session_timeout = '60s'"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_current_xact_id()::text::bigint"));
            if (table.CanBeLocked)
            {
                // What its columns are called stays as it is.
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"LOCK TABLE ONLY {table.Name.ToSql()} IN ACCESS SHARE MODE"));
            }

            var id = (long)(await batch.ExecuteScalarAsync(cancellationToken))!;
            return new RowChangeTransaction(connections, connection, transaction, table, columns, id);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the table's columns are those of its description, and stay so until the end.</summary>
    public Task<bool> IsDescribedRightAsync(CancellationToken cancellationToken) =>
        DescribedColumns.AreStillAsync(_connection, _table.Oid, _table.ColumnList, cancellationToken);

    /// <summary>What may be done to the table's rows, which does not change until the end.</summary>
    public Task<RowMutations> AllowedAsync(CancellationToken cancellationToken) => RowMutationStore.FindAsync(_connection, _table.Name, isHeld: true, cancellationToken);

    /// <summary>Whether more rows match than may be changed: so many are not changed first and rolled back then.</summary>
    public async Task<bool> ExceedsAsync(Expression where, long most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RowChangeSql.Count(_table, where, most), _connection, Transaction);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! > most;
    }

    /// <summary>Waits for other transactions that insert keys into the table, and has those that come later wait for the end of this one.</summary>
    public Task LockKeysAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({AdvisoryLock.NewKeys}, {unchecked((int)_table.Oid)})"), cancellationToken);

    /// <summary>Whether several hot rows have one key by now.</summary>
    /// <param name="key">Names of its columns.</param>
    /// <param name="where">Which rows may be among them.</param>
    public async Task<bool> HasDoubledAsync(IReadOnlyList<string> key, Expression where, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RowChangeSql.Doubled(_table, key, where), _connection, Transaction) { CommandTimeout = 0 };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Runs a statement of <see cref="RowChangeSql"/>.</summary>
    /// <returns>How many rows it has changed.</returns>
    /// <exception cref="PostgresException">It failed, and with it the transaction.</exception>
    public async Task<long> RunAsync(string change, CancellationToken cancellationToken)
    {
        if (_columns.IsEmpty)
        {
            return await ExecuteAsync(change, cancellationToken);
        }

        var names = _columns.Select(column => column.Name).ToList();
        if (!_keeps)
        {
            await ExecuteAsync(RowChangeSql.CreateKept(_table, names), cancellationToken);
            _keeps = true;
        }

        return await ExecuteAsync(RowChangeSql.Keep(change, names), cancellationToken);
    }

    /// <summary>What was asked of the rows that the statements have changed, in the order in which they did.</summary>
    /// <returns>Chunks that are the receiver's.</returns>
    public async Task<IReadOnlyList<DataChunk>> ChangedAsync(CancellationToken cancellationToken)
    {
        if (!_keeps)
        {
            return [];
        }

        IReadOnlyList<CopyColumn> columns = [.. _columns.Select(CopyColumnOf)];
        await using var stream = await _connection.BeginRawBinaryCopyAsync(RowChangeSql.CopyKept(columns), cancellationToken);
        stream.ReadTimeout = Timeout.Infinite;

        // Reading is synchronous, as everywhere where rows come by COPY.
        return await Task.Run(() => Read(stream, columns, cancellationToken), CancellationToken.None);
    }

    /// <summary>Has rows arrive for <see cref="RowChangeSql.InsertFrom"/>; once in a transaction.</summary>
    /// <param name="columns">Of the chunks: all that rows of the table are written with, by name; null where the table's have another name.</param>
    /// <exception cref="HotException">Value: a value is none that its column can have.</exception>
    public async Task ArriveAsync(IReadOnlyList<NestedField> columns, IAsyncEnumerable<DataChunk> chunks, CancellationToken cancellationToken)
    {
        await ExecuteAsync(RowChangeSql.CreateArrivals(_table), cancellationToken);
        await using var copy = await CopyBinaryWriter.BeginAsync(
            _connection,
            RowChangeSql.Arrivals,
            [.. columns.Select(field => new CopyColumn(field.Name, _table.FindColumn(field.Name)!.Type, DuckDbTypes.Of(field.Type)))],
            cancellationToken);
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            await copy.WriteAsync(chunk, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>Commits; if the answer is lost, finds out what became of it.</summary>
    /// <exception cref="PostgresException">PostgreSQL refused: nothing has happened.</exception>
    public async Task<CommitOutcome> CommitAsync(TimeSpan patience, TimeProvider time)
    {
        try
        {
            await Transaction.CommitAsync(CancellationToken.None);
            return CommitOutcome.Committed;
        }
        catch (Exception lost) when (lost is NpgsqlException and not PostgresException { InvariantSeverity: "ERROR" } or TimeoutException or IOException)
        {
            return await ResolveAsync(patience, time);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static List<DataChunk> Read(NpgsqlRawCopyStream stream, IReadOnlyList<CopyColumn> columns, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static copy => ((NpgsqlRawCopyStream)copy!).Cancel(), stream);
        using var reader = new CopyBinaryReader(stream, columns);
        var chunks = new List<DataChunk>();
        try
        {
            do
            {
                chunks.Add(DataChunk.Create([.. columns.Select(column => column.VectorType)]));
            }
            while (reader.Read(chunks[^1]) > 0);

            chunks[^1].Dispose();
            chunks.RemoveAt(chunks.Count - 1);
            return chunks;
        }
        catch (Exception error)
        {
            chunks.ForEach(chunk => chunk.Dispose());
            throw cancellationToken.IsCancellationRequested && error is NpgsqlException or OperationCanceledException
                ? new OperationCanceledException("The change was given up.", error, cancellationToken)
                : error;
        }
    }

    private async Task<long> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        // The server ends it in time.
        await using var command = new NpgsqlCommand(sql, _connection, Transaction) { CommandTimeout = 0 };
        return Math.Max(0, await command.ExecuteNonQueryAsync(cancellationToken));
    }

    private CopyColumn CopyColumnOf(NestedField field) => new(
        field.Name, _table.FindColumn(field.Name)!.Type, _table.JsonFieldIds.Contains(field.Id) ? DuckDBLogicalType.Json : DuckDbTypes.Of(field.Type));

    /// <summary>PostgreSQL knows by its id what became of a transaction, once its session has ended.</summary>
    private async Task<CommitOutcome> ResolveAsync(TimeSpan patience, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        while (!timeout.IsCancellationRequested)
        {
            try
            {
                await using var command = _connections.Owner.CreateCommand("SELECT pg_xact_status($1::text::xid8)");
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _id.ToString(CultureInfo.InvariantCulture) });
                switch (await command.ExecuteScalarAsync(timeout.Token))
                {
                    case "committed":
                        return CommitOutcome.Committed;
                    case "aborted":
                        return CommitOutcome.NotCommitted;
                }

                await Task.Delay(PollInterval, time, timeout.Token);
            }
            catch (NpgsqlException)
            {
                // The server is not back yet.
                await Task.Delay(PollInterval, time, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return CommitOutcome.Unknown;
            }
        }

        return CommitOutcome.Unknown;
    }
}
