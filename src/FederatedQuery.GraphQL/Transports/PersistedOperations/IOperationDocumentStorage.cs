namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>
/// Where persisted documents (trusted documents) are. What is stored is trusted: who may add to it decides what may be executed. A document
/// never changes under its id. Thread-safe.
/// </summary>
public interface IOperationDocumentStorage
{
    /// <summary>The document's text in UTF-8, or null when nothing is stored under the id.</summary>
    /// <param name="documentId">
    /// An id of the syntax that GraphQL over HTTP gives ("Document identifier syntax"), at most <see cref="DocumentId.MaxLength"/> characters of
    /// <c>A-Z a-z 0-9 - . _ ~</c>, with one colon after a prefix <c>x-...</c>. Those of prefix <c>sha256:</c> come without it, as 64 lower-case
    /// hex digits, which is also what Apollo's clients name documents by.
    /// </param>
    /// <param name="cancellationToken">The request's.</param>
    ValueTask<ReadOnlyMemory<byte>?> TryReadAsync(string documentId, CancellationToken cancellationToken);
}
