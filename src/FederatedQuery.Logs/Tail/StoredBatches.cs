using System.Buffers.Binary;
using System.Globalization;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Tail;

/// <summary>Batches of log records as they are stored, from PostgreSQL alone. What takes too long fails: a connection that is cut without word must not hold up anybody for ever.</summary>
internal sealed class StoredBatches(PostgresConnections connections, LogBatchStore store, IOptions<LogTailOptions> options)
{
    /// <summary>Of timestamps in binary COPY: 2000-01-01.</summary>
    private const long EpochMicros = 946_684_800_000_000;

    private static readonly (string Name, bool AsText)[] Columns =
        [.. LogTable.Schema.Fields.Select(field => (field.Name, AsText: LogTable.JsonFieldIds.Contains(field.Id)))];

    private readonly TimeSpan _timeout = options.Value.ReadTimeout;

    /// <inheritdoc cref="LogBatchStore.NewestAsync(CancellationToken)"/>
    public Task<long> NewestAsync(CancellationToken cancellationToken) => WithinAsync(store.NewestAsync, cancellationToken);

    /// <inheritdoc cref="LogBatchStore.ListAfterAsync"/>
    public Task<IReadOnlyList<LogBatch>> ListAfterAsync(long number, int most, CancellationToken cancellationToken) =>
        WithinAsync(token => store.ListAfterAsync(number, most, token), cancellationToken);

    /// <param name="batches">By number.</param>
    /// <returns>For each batch its records that are in PostgreSQL, in their order; <c>IsComplete</c> unless some have moved to the cold tier or were deleted.</returns>
    public Task<(IReadOnlyList<TailBatch> Batches, bool IsComplete)> ReadAsync(IReadOnlyList<LogBatch> batches, CancellationToken cancellationToken) =>
        WithinAsync(token => ReadCoreAsync(batches, token), cancellationToken);

    private async Task<(IReadOnlyList<TailBatch> Batches, bool IsComplete)> ReadCoreAsync(IReadOnlyList<LogBatch> batches, CancellationToken cancellationToken)
    {
        var sorting = new BatchSorting(batches);
        if (sorting.Rows > 0)
        {
            var texts = new TailRecord.TextBuilder();
            await RangeRows.ReadAsync(
                connections.Owner, LogTable.HotName, Columns,
                [
                    new ColumnRange(LogTable.TimeColumn, Literal.Timestamptz(sorting.LeastMicros), Literal.Timestamptz(sorting.GreatestMicros)),
                    new ColumnRange(LogTable.KeyColumn, Literal.Uuid(sorting.FirstId), Literal.Uuid(sorting.LastId)),
                ],
                row => sorting.Add(Read(row, texts)), cancellationToken);
        }

        return (sorting.Sorted(), sorting.Count == sorting.Rows);
    }

    private static TailRecord Read(CopyRows row, TailRecord.TextBuilder texts)
    {
        row.TryReadField(out var id);
        var recordId = new Guid(id, bigEndian: true);
        row.TryReadField(out var timestamp);
        var micros = BinaryPrimitives.ReadInt64BigEndian(timestamp) + EpochMicros;
        for (var i = 0; i < TailRecord.TextFields; i++)
        {
            if (row.TryReadField(out var text))
            {
                texts.Add(text);
            }
            else
            {
                texts.AddNull();
            }
        }

        return new TailRecord(recordId, micros, texts);
    }

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_timeout);
        try
        {
            return await read(timeout.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"PostgreSQL did not give stored log records within {_timeout.TotalSeconds:0.###} seconds."), error);
        }
    }
}
