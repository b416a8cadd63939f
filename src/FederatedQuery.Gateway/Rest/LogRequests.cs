using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Gateway.Rest;

/// <summary>What every endpoint that takes logs does: read the body, make records of it, have them stored, answer. All of a request is stored, or nothing.</summary>
internal sealed class LogRequests(LogIngest ingest, RequestBodies bodies) : IDisposable
{
    /// <summary>Beyond this a body may become tens of megabytes of rows, so few are read at the same time.</summary>
    private const int LargeBody = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _large = new(Math.Max(4, 2 * Environment.ProcessorCount));

    public int MaxBodyBytes => bodies.MaxBytes;

    /// <param name="read">Makes records of a body; what it throws refuses the request.</param>
    /// <param name="answer">Called when what was taken is durable.</param>
    public async Task TakeAsync(HttpContext context, Action<ReadOnlyMemory<byte>, LogBatchBuilder> read, Func<LogBatchBuilder, Task> answer)
    {
        using var body = await bodies.ReadAsync(context);
        using var batch = ingest.CreateBatch();
        if (body.Length > LargeBody)
        {
            await StoreLargeAsync(body, batch, read, context.RequestAborted);
        }
        else
        {
            await StoreAsync(body, batch, read, context.RequestAborted);
        }

        await answer(batch);
    }

    public void Dispose() => _large.Dispose();

    private async Task StoreLargeAsync(RequestBody body, LogBatchBuilder batch, Action<ReadOnlyMemory<byte>, LogBatchBuilder> read, CancellationToken cancellationToken)
    {
        if (!await _large.WaitAsync(Patience, cancellationToken))
        {
            throw new IngestQueueFullException("Many large requests are being read; send it again later.", TimeSpan.FromSeconds(1));
        }

        try
        {
            await StoreAsync(body, batch, read, cancellationToken);
        }
        finally
        {
            _large.Release();
        }
    }

    private async Task StoreAsync(RequestBody body, LogBatchBuilder batch, Action<ReadOnlyMemory<byte>, LogBatchBuilder> read, CancellationToken cancellationToken)
    {
        read(body.Memory, batch);
        await ingest.AppendAsync(batch, cancellationToken);
    }
}
