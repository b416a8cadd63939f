using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>What executing a part of an operation gave: an object's deferred fields, or an item of a stream.</summary>
/// <param name="data">Null when a null propagated past the part's top: then the part has failed.</param>
/// <param name="errors">Those below the part.</param>
/// <param name="extensions">What resolvers in it added to the response.</param>
/// <param name="work">Found in it, to be done later.</param>
internal sealed class PartialResult(
    ResponseBranch? data, IReadOnlyList<GraphQLError> errors, IReadOnlyDictionary<string, object?>? extensions, IncrementalWork? work) : IAsyncDisposable
{
    public ResponseBranch? Data { get; } = data;

    public IReadOnlyList<GraphQLError> Errors { get; } = errors;

    public IReadOnlyDictionary<string, object?>? Extensions { get; } = extensions;

    public IncrementalWork? Work { get; } = work;

    public ValueTask DisposeAsync() => Data is null ? ValueTask.CompletedTask : ResultStreams.DisposeAsync(Data);

    /// <summary>Gives back a result that the client will never get, with what was found in it.</summary>
    public async ValueTask DiscardAsync()
    {
        await DisposeAsync();
        foreach (var stream in Work?.Streams ?? [])
        {
            await stream.StopAsync();
        }
    }
}
