using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>
/// Finds the document that a request means, for every transport: the one it sends, the one stored under its id (trusted documents), or the one
/// that a client registered under its hash (https://www.apollographql.com/docs/apollo-server/performance/apq). Thread-safe.
/// </summary>
internal sealed partial class OperationDocumentResolver(PersistedOperationOptions options, ILogger<OperationDocumentResolver> logger)
{
    private readonly DocumentTextCache _automatic = new(options.AutomaticCacheEntries, options.AutomaticCacheBytes);

    private bool IsAutomatic => options is { AutomaticPersistedQueries: true, OnlyPersistedDocuments: false };

    /// <param name="query">The document sent, UTF-8; null when there is none.</param>
    /// <param name="documentId">The id sent; null when there is none.</param>
    /// <param name="extensions">The request's <c>extensions</c>: null or a JSON object.</param>
    /// <param name="cancellationToken">The request's.</param>
    public ValueTask<DocumentResolution> ResolveAsync(
        ReadOnlyMemory<byte>? query, string? documentId, JsonElement? extensions, CancellationToken cancellationToken)
    {
        if (documentId is not null)
        {
            return query is null
                ? ReadStoredAsync(documentId, cancellationToken)
                : new(BadRequest("The request has a 'query' and a 'documentId': send one of them."));
        }

        if (extensions is { } json && json.TryGetProperty("persistedQuery"u8, out var persisted) && persisted.ValueKind != JsonValueKind.Null)
        {
            return ReadHash(persisted, out var hash) is { } error
                ? new(error)
                : ResolveHashAsync(query is { IsEmpty: false } ? query : null, hash!, cancellationToken);
        }

        if (options.OnlyPersistedDocuments)
        {
            return new(IdRequired());
        }

        return new(query is { } document
            ? new DocumentResolution(document, null)
            : BadRequest("The request has no document: it needs a 'query', or a 'documentId'."));
    }

    /// <summary><c>{"version": 1, "sha256Hash": "..."}</c>; with stored documents the hash may be any id that the manifest has.</summary>
    private static GraphQLError? ReadHash(JsonElement persisted, out string? hash)
    {
        hash = null;
        if (persisted.ValueKind != JsonValueKind.Object)
        {
            return BadRequest($"extensions.persistedQuery must be an object, not a {persisted.ValueKind}.");
        }

        if (!persisted.TryGetProperty("version"u8, out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 1)
        {
            return BadRequest("Unsupported persisted query version: extensions.persistedQuery.version must be 1.");
        }

        if (!persisted.TryGetProperty("sha256Hash"u8, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return BadRequest("extensions.persistedQuery.sha256Hash must be a string: the document's SHA-256 in hex.");
        }

        hash = value.GetString()!;
        return null;
    }

    private static GraphQLError BadRequest(string message) => new(message) { Code = ErrorCodes.BadRequest };

    private static GraphQLError IdRequired() => new("Only persisted documents are executed here: send a documentId instead of a document.")
    { Code = ErrorCodes.PersistedQueryIdRequired };

    private static GraphQLError NotInList(string id) => new($"No document is stored under the id '{id}'.") { Code = ErrorCodes.PersistedQueryNotInList };

    private async ValueTask<DocumentResolution> ReadStoredAsync(string documentId, CancellationToken cancellationToken)
    {
        if (!DocumentId.TryParse(documentId, out var id, out var problem))
        {
            return BadRequest($"The document id {problem}.");
        }

        return options.Storage is null
            ? new GraphQLError("No documents are stored here: send the document as 'query'.") { Code = ErrorCodes.PersistedQueryNotSupported }
            : await ReadTrustedAsync(id, cancellationToken) ?? NotInList(documentId);
    }

    private async ValueTask<DocumentResolution> ResolveHashAsync(ReadOnlyMemory<byte>? query, string hash, CancellationToken cancellationToken)
    {
        if (query is null && DocumentId.TryParse(hash, out var id, out _) && await ReadTrustedAsync(id, cancellationToken) is { } trusted)
        {
            return trusted;
        }

        if (!IsAutomatic)
        {
            return WithoutAutomatic(query, hash);
        }

        if (!DocumentId.TryReadHash(hash, out var key))
        {
            return BadRequest("extensions.persistedQuery.sha256Hash must be the document's SHA-256 in hex.");
        }

        if (query is not { } document)
        {
            // Apollo's clients look for exactly this message or code, and send the document then.
            return _automatic.TryGet(key, out var registered)
                ? new DocumentResolution(registered, null)
                : new GraphQLError("PersistedQueryNotFound") { Code = ErrorCodes.PersistedQueryNotFound };
        }

        if (DocumentId.HashOf(document.Span) != key)
        {
            return BadRequest("provided sha does not match query: extensions.persistedQuery.sha256Hash must be the SHA-256 of 'query' in UTF-8.");
        }

        if (!_automatic.TryGet(key, out _))
        {
            _automatic.Add(key, document.ToArray());
        }

        return new DocumentResolution(document, null);
    }

    private DocumentResolution WithoutAutomatic(ReadOnlyMemory<byte>? query, string hash)
    {
        if (query is { } document)
        {
            // A client that sends the hash all the same may have its document executed where any may be.
            return options.OnlyPersistedDocuments ? IdRequired() : new DocumentResolution(document, null);
        }

        return options.Storage is null
            ? new GraphQLError("PersistedQueryNotSupported") { Code = ErrorCodes.PersistedQueryNotSupported }
            : NotInList(hash);
    }

    /// <summary>Null when nothing is stored under the id. A storage that fails is the server's fault, told to the client by an id of the log.</summary>
    private async ValueTask<DocumentResolution?> ReadTrustedAsync(DocumentId id, CancellationToken cancellationToken)
    {
        if (options.Storage is not { } storage)
        {
            return null;
        }

        ReadOnlyMemory<byte>? stored;
        try
        {
            stored = await storage.TryReadAsync(id.Key, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var errorId = Guid.NewGuid().ToString("N");
            Log.StorageFailed(logger, exception, id.Key, errorId);
            return GraphQLError.Internal(errorId);
        }

        if (stored is { } document && !id.Matches(document.Span))
        {
            Log.HashDiffers(logger, id.Key, DocumentId.HashOf(document.Span));
            return new GraphQLError($"The document stored under '{id.Key}' has another hash.") { Code = ErrorCodes.Internal };
        }

        return stored is { } found ? new DocumentResolution(found, null) : default(DocumentResolution?);
    }

    private static partial class Log
    {
        [LoggerMessage(7103, LogLevel.Error, "The persisted document stored under {DocumentId} has the SHA-256 {Hash}: it is not executed")]
        public static partial void HashDiffers(ILogger logger, string documentId, string hash);

        [LoggerMessage(7111, LogLevel.Error, "The persisted document {DocumentId} could not be read; the client was given the id {ErrorId}")]
        public static partial void StorageFailed(ILogger logger, Exception exception, string documentId, string errorId);
    }
}
