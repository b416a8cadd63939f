using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Spec;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Hot.Control.Logs;

/// <summary>
/// How far write-ahead logs of log records have been stored, and in which batches. A stream's position is moved on only from where the caller believes it to be, in the
/// transaction of the rows: rows are stored once, whatever became of a COMMIT whose answer was lost.
/// </summary>
public sealed class LogBatchStore(PostgresConnections connections)
{
    /// <summary>What every stored batch is announced on; the payload is its number.</summary>
    public const string Channel = "federated_query_logs";

    private const string NewestSql = "SELECT newest FROM federated_query.log_batch_number";

    private const string Columns = "number, stream, first_sequence, end_sequence, first_id, last_id, least_time, greatest_time, rows, stored_at";

    /// <summary>The stream's row first: who waits there holds no number.</summary>
    private const string RecordSql =
        $"""
        WITH moved AS (
          UPDATE federated_query.log_streams SET position = $3, seen_at = now() WHERE number = $1 AND position = $2 RETURNING number),
        numbered AS (
          UPDATE federated_query.log_batch_number SET newest = newest + 1 WHERE EXISTS (SELECT FROM moved) RETURNING newest),
        recorded AS (
          INSERT INTO federated_query.log_batches ({Columns})
          SELECT newest, $1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() FROM numbered RETURNING number)
        SELECT number, pg_notify('{Channel}', number::text) FROM recorded
        """;

    /// <summary>As <see cref="RegisterAsync(Guid, string, long, CancellationToken)"/>, of a stream that begins at 0.</summary>
    public Task<(int Number, long Position)> RegisterAsync(Guid id, string host, CancellationToken cancellationToken) => RegisterAsync(id, host, 0, cancellationToken);

    /// <summary>Makes the stream known, or finds it.</summary>
    /// <param name="id">Of the stream, for ever.</param>
    /// <param name="host">Where it is now, for people.</param>
    /// <param name="first">Where it is when it was not known: what was before is not here to be stored.</param>
    /// <returns>Its number, and the sequence of the first record that is not stored yet.</returns>
    public async Task<(int Number, long Position)> RegisterAsync(Guid id, string host, long first, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            INSERT INTO federated_query.log_streams AS streams (id, position, host) VALUES ($1, $3, $2)
            ON CONFLICT (id) DO UPDATE SET host = excluded.host, seen_at = now() RETURNING number, position
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = host });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetInt64(1));
    }

    /// <summary>Notes a batch in the transaction of its rows, and keeps all other batches from being noted until that has ended.</summary>
    /// <returns>Its number; null when the stream is not at <see cref="LogBatch.FirstSequence"/>: the transaction is to be rolled back.</returns>
    public static async Task<long?> RecordAsync(NpgsqlTransaction transaction, LogBatch batch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RecordSql, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = batch.Stream });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.FirstSequence });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.EndSequence });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = batch.FirstId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = batch.LastId });
        command.Parameters.Add(Time(batch.LeastMicros));
        command.Parameters.Add(Time(batch.GreatestMicros));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = batch.Rows });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : null;
    }

    /// <summary>The newest batch's number; 0 when there has been none.</summary>
    public async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(NewestSql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The same as a read session sees it; its snapshot has the rows of all batches up to this one, and of no other.</summary>
    public static SessionQuestion<long> AskNewest() => new(
        () => new NpgsqlBatchCommand(NewestSql),
        async (reader, cancellationToken) =>
        {
            await reader.ReadAsync(cancellationToken);
            return reader.GetInt64(0);
        });

    /// <summary>Batches after a number, in order. The first of them has a greater number than the next one where those between have been forgotten.</summary>
    public async Task<IReadOnlyList<LogBatch>> ListAfterAsync(long number, int most, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            $"SELECT {Columns} FROM federated_query.log_batches WHERE number > $1 ORDER BY number LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var batches = new List<LogBatch>();
        while (await reader.ReadAsync(cancellationToken))
        {
            batches.Add(new LogBatch
            {
                Number = reader.GetInt64(0),
                Stream = reader.GetInt32(1),
                FirstSequence = reader.GetInt64(2),
                EndSequence = reader.GetInt64(3),
                FirstId = reader.GetGuid(4),
                LastId = reader.GetGuid(5),
                LeastMicros = EpochTime.MicrosOf(reader.GetFieldValue<DateTime>(6)),
                GreatestMicros = EpochTime.MicrosOf(reader.GetFieldValue<DateTime>(7)),
                Rows = reader.GetInt32(8),
                StoredAt = reader.GetFieldValue<DateTimeOffset>(9),
            });
        }

        return batches;
    }

    /// <summary>Forgets the batches that were stored before; the rows stay.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("DELETE FROM federated_query.log_batches WHERE stored_at < $1");
        command.Parameters.Add(new NpgsqlParameter { Value = before.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Time(long micros) =>
        new() { Value = EpochTime.UtcOf(micros), NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
