using System.Buffers;
using System.IO.Pipelines;
using FederatedQuery.GraphQL.Execution;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// The answer to a batch: a JSON list with the response to each request, in their order. They are executed one after the other while the list is
/// written, so a batch takes no more of the server at a time than one request, and its mutations happen in order.
/// </summary>
/// <param name="requests">The batch.</param>
/// <param name="execute">Must give a single result.</param>
internal sealed class BatchPayload(IReadOnlyList<RequestParameters> requests, Func<RequestParameters, ValueTask<OperationResult>> execute) : IResponsePayload
{
    public async Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            await using var result = await execute(requests[i]);
            output.Write(i == 0 ? "["u8 : ","u8);
            await result.WriteToAsync(output, cancellationToken);
        }

        output.Write("]"u8);
        await output.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
