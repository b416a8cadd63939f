using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Logs.Ingest.WriteAhead;
using Npgsql;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// One batch's transaction: its rows by COPY, the stream's position, the batch's number. Rows that PostgreSQL refuses are found by sending ever fewer at a time, and set
/// aside, so that one of them holds up no other.
/// </summary>
internal sealed class BatchWriter(PostgresConnections connections, LogIngestOptions options, RejectedRows rejected)
{
    private const string Savepoint = "rows";

    /// <param name="stream">The stream's number.</param>
    /// <param name="previous">The batch before, which must be stored first; it may fail.</param>
    /// <returns>Rows that were refused.</returns>
    /// <exception cref="StreamMovedException">The stream is elsewhere than the batch begins: nothing was stored.</exception>
    public async Task<int> WriteAsync(FrameBatch batch, int stream, Task previous, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.BatchTimeout);
        try
        {
            return await TryWriteAsync(batch, stream, previous, timeout);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"A batch of {batch.Rows} log records was not stored within {options.BatchTimeout.TotalSeconds:0} seconds.");
        }
    }

    private async Task<int> TryWriteAsync(FrameBatch batch, int stream, Task previous, CancellationTokenSource timeout)
    {
        var cancellationToken = timeout.Token;
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await CopyAsync(connection, batch.Payloads(), cancellationToken);
            await CommitAsync(transaction, batch, stream, batch.Rows, previous, cancellationToken);
            return 0;
        }
        catch (PostgresException error) when (IsRefusal(error))
        {
            return await WriteCarefullyAsync(connection, batch, stream, previous, timeout);
        }
    }

    private async Task<int> WriteCarefullyAsync(NpgsqlConnection connection, FrameBatch batch, int stream, Task previous, CancellationTokenSource timeout)
    {
        var cancellationToken = timeout.Token;
        var rows = batch.EachRow().ToList();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var refused = await CopyWhatCanBeAsync(transaction, rows, timeout);
        rejected.Keep(refused);
        await CommitAsync(transaction, batch, stream, rows.Count - refused.Count, previous, cancellationToken);
        return refused.Count;
    }

    /// <summary>A refused COPY is tried again with half the rows, down to a single one; after one that went well the next is twice as large.</summary>
    /// <param name="timeout">Begins anew with each attempt: there may be as many as there are rows.</param>
    /// <returns>The rows that are refused.</returns>
    private async Task<List<(ReadOnlyMemory<byte> Row, string Reason)>> CopyWhatCanBeAsync(
        NpgsqlTransaction transaction, List<ReadOnlyMemory<byte>> rows, CancellationTokenSource timeout)
    {
        var refused = new List<(ReadOnlyMemory<byte> Row, string Reason)>();
        await transaction.SaveAsync(Savepoint, timeout.Token);
        var (at, size) = (0, Math.Max(1, rows.Count / 2));
        while (at < rows.Count)
        {
            timeout.CancelAfter(options.BatchTimeout);
            var some = rows.GetRange(at, Math.Min(size, rows.Count - at));
            try
            {
                await CopyAsync(transaction.Connection!, some, timeout.Token);
                await transaction.ReleaseAsync(Savepoint, timeout.Token);
                await transaction.SaveAsync(Savepoint, timeout.Token);
                at += some.Count;
                size = some.Count * 2;
            }
            catch (PostgresException error) when (IsRefusal(error))
            {
                await transaction.RollbackAsync(Savepoint, timeout.Token);
                if (some.Count == 1)
                {
                    refused.Add((some[0], error.MessageText));
                    at++;
                }

                size = Math.Max(1, some.Count / 2);
            }
        }

        return refused;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IEnumerable<ReadOnlyMemory<byte>> rows, CancellationToken cancellationToken)
    {
        await using var copy = await EncodedCopy.BeginAsync(connection, LogTable.HotName, LogTable.Columns, cancellationToken);
        foreach (var some in rows)
        {
            await copy.WriteAsync(some, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task CommitAsync(
        NpgsqlTransaction transaction, FrameBatch batch, int stream, int rows, Task previous, CancellationToken cancellationToken)
    {
        // Numbers are given in the stream's order; while another is waited for, no lock is held that it could need.
        await previous.WaitAsync(cancellationToken);
        var record = new LogBatch
        {
            Stream = stream,
            FirstSequence = batch.From,
            EndSequence = batch.EndSequence,
            FirstId = LogId.Create(batch.First.UnixMilliseconds, stream, Math.Max(batch.From, batch.First.Sequence)),
            LastId = LogId.Create(batch.Last.UnixMilliseconds, stream, batch.EndSequence - 1),
            LeastMicros = batch.LeastMicros,
            GreatestMicros = batch.GreatestMicros,
            Rows = rows,
        };
        if (await LogBatchStore.RecordAsync(transaction, record, cancellationToken) is null)
        {
            throw new StreamMovedException(stream, batch.From);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Of the rows' own making: what the next attempt would meet too.</summary>
    private static bool IsRefusal(PostgresException error) => error.SqlState is ['2', '2', ..] or ['2', '3', ..] or ['5', '4', ..];
}
