using System.IO.Pipelines;

namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>
/// A JSON value too large to build in memory: it is written when its turn in the response comes, after all other fields have been
/// executed. What can fail cheaply should fail in the resolver; a failure in here cuts the response off.
/// Its cancellation token is the one given here: the resolver's ends when the fields have been executed.
/// Disposed after writing, and also when it never gets written.
/// </summary>
public interface IJsonStream : IAsyncDisposable
{
    /// <summary>Writes exactly one JSON value as UTF-8, flushing as it goes so that memory stays bounded.</summary>
    Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken);
}
