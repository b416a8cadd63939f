using System.IO.Pipelines;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>The initial result of an operation, with what the client is to wait for.</summary>
internal sealed class InitialPayload(IncrementalFormat format, OperationResult result, IReadOnlyList<PendingEntry> pending) : IResponsePayload
{
    public Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken) => result.WriteToAsync(
        output,
        buffer =>
        {
            if (format == IncrementalFormat.Ids)
            {
                PayloadWriter.WritePending(buffer, pending);
            }

            buffer.WriteRaw(",\"hasNext\":true"u8);
        },
        cancellationToken);

    public ValueTask DisposeAsync() => result.DisposeAsync();
}
