using System.IO.Pipelines;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>One JSON object of a response, written once and then disposed of: a whole result, or a part of one delivered incrementally.</summary>
public interface IResponsePayload : IAsyncDisposable
{
    /// <summary>Writes the JSON as UTF-8 without line breaks, and flushes it. Throws, leaving it cut off, when a stream in it fails.</summary>
    Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken);
}
