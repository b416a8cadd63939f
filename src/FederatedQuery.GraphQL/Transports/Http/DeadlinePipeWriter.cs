using System.IO.Pipelines;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>Writes to another, each of whose flushes must end in time. Completing it is for whoever owns the other.</summary>
internal sealed class DeadlinePipeWriter(PipeWriter output, WriteDeadline deadline) : PipeWriter
{
    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    public override long UnflushedBytes => output.UnflushedBytes;

    public override void Advance(int bytes) => output.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => deadline.GuardAsync(output.FlushAsync(cancellationToken));

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        // The response's end is the server's to write.
    }
}
