using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Execution;

namespace FederatedQuery.GraphQL.Tests.Incremental;

/// <summary>Executes and reads all payloads of the result.</summary>
internal static class Payloads
{
    public static async Task<List<JsonElement>> ExecuteAsync(
        RequestExecutor executor, string document, string? variables = null, IncrementalFormat format = IncrementalFormat.Ids, CancellationToken cancellationToken = default)
    {
        var result = await executor.ExecuteAsync(
            new OperationRequest(document) { IncrementalFormat = format, Variables = variables is null ? null : JsonElement.Parse(variables) }, cancellationToken);
        if (result is IResponsePayload single)
        {
            return [await ReadAsync(single)];
        }

        var payloads = new List<JsonElement>();
        await foreach (var payload in ((ResponseStream)result).Results.WithCancellation(cancellationToken))
        {
            payloads.Add(await ReadAsync(payload));
        }

        return payloads;
    }

    public static async Task<JsonElement> ReadAsync(IResponsePayload payload)
    {
        await using (payload)
        {
            using var stream = new MemoryStream();
            var writer = PipeWriter.Create(stream);
            await payload.WriteToAsync(writer, CancellationToken.None);
            await writer.CompleteAsync();
            return JsonElement.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        }
    }
}
