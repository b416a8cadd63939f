using System.Net;
using Amazon.Runtime;
using Amazon.S3.Model;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>
/// PUT of whole objects, and what becomes of a write whose answer was lost. Every write carries an id of its own in the object's
/// metadata: when a retry is refused because the first attempt had succeeded after all, the id tells.
/// </summary>
internal sealed class S3Writer(S3Calls calls, S3Reader reader)
{
    /// <summary>The metadata that names the write (x-amz-meta-...).</summary>
    public const string WriteIdName = "federatedquery-write-id";

    private const string Attempt = "write";

    public Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken)
    {
        var writeId = NewWriteId();
        return DecideAsync(
            key, writeId, condition, isRepeatable: condition == WriteCondition.None,
            token => calls.AttemptAsync(
                Attempt, key, content.Length,
                async attempt =>
                {
                    using var stream = new BytesStream(content);
                    var request = new PutObjectRequest
                    {
                        BucketName = calls.Options.Bucket,
                        Key = key,
                        InputStream = stream,
                        AutoCloseStream = false,
                        IfNoneMatch = condition.IsIfAbsent ? "*" : null,
                        IfMatch = condition.IfMatchETag,
                        UseChunkEncoding = UsesChunks,
                    };
                    request.Metadata.Add(WriteIdName, writeId);
                    var response = await calls.Client.PutObjectAsync(request, attempt);
                    return Written(key, content.Length, response.ETag);
                },
                token),
            cancellationToken);
    }

    /// <summary>Chunked signatures and trailing checksums are Amazon's; other servers are sent the plain body.</summary>
    public bool UsesChunks => calls.Options.Endpoint is null;

    public static string NewWriteId() => Guid.NewGuid().ToString("N");

    public static string Unquote(string? etag) => etag is null ? "" : etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..].Trim('"') : etag.Trim('"');

    /// <summary>What was written, as of now by this machine's clock: S3 does not tell its own on writing.</summary>
    public ObjectProperties Written(string key, long length, string? etag) => new(key, length, Unquote(etag), calls.Time.GetUtcNow());

    /// <summary>Attempts a write until it is certain whether it happened, or says that it is not.</summary>
    /// <param name="isRepeatable">False: after a lost answer the object is looked at before the next attempt.</param>
    /// <param name="attempt">One attempt, its failures translated.</param>
    /// <exception cref="ObjectStoreException">
    /// PreconditionFailed: certainly not written. Unavailable: it may have happened, as the interface says.
    /// </exception>
    public async Task<ObjectProperties> DecideAsync(
        string key, string writeId, WriteCondition condition, bool isRepeatable,
        Func<CancellationToken, Task<ObjectProperties>> attempt, CancellationToken cancellationToken)
    {
        ObjectStoreException? doubt = null;
        try
        {
            return await calls.RetryAsync(
                async token =>
                {
                    if (doubt is not null && !isRepeatable && await LookUpAsync(key, writeId, doubt, token) is { } found)
                    {
                        return found;
                    }

                    try
                    {
                        return await attempt(token);
                    }
                    catch (ObjectStoreException error) when (LeavesDoubt(error))
                    {
                        doubt = error;
                        throw;
                    }
                    catch (ObjectStoreException error) when (error.Kind == ObjectStoreErrorKind.NotFound && condition.IfMatchETag is not null)
                    {
                        throw new ObjectStoreException(
                            ObjectStoreErrorKind.PreconditionFailed, $"Object '{key}' was not written to {calls.StoreName}: no object has this key.", key, error);
                    }
                },
                cancellationToken);
        }
        catch (ObjectStoreException error) when (doubt is not null && error.Kind != ObjectStoreErrorKind.AccessDenied)
        {
            return await calls.RetryAsync(token => LookUpAsync(key, writeId, error, token), cancellationToken) ?? throw Doubtful(key, condition, error);
        }
    }

    /// <summary>One attempt.</summary>
    /// <returns>The object if this write made it; null when it is another's or there is none.</returns>
    public async Task<ObjectProperties?> FindAsync(string key, string writeId, CancellationToken cancellationToken)
    {
        try
        {
            var (properties, metadata) = await reader.HeadWithMetadataAsync(key, cancellationToken);
            return metadata[WriteIdName] == writeId ? properties : null;
        }
        catch (ObjectStoreException missing) when (missing.Kind == ObjectStoreErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<ObjectProperties?> LookUpAsync(string key, string writeId, ObjectStoreException failure, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(key, writeId, cancellationToken);
        }
        catch (ObjectStoreException unknown)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.Unavailable, $"{failure.Message} Whether the write happened could not be found out: {unknown.Message}", key, failure);
        }
    }

    /// <summary>
    /// False where the server has answered that it did nothing: 409 when two conditional writes met, for which Ceph's gateway says
    /// UnknownError.
    /// </summary>
    private static bool LeavesDoubt(ObjectStoreException error) => error.Kind == ObjectStoreErrorKind.Unavailable
        && error.InnerException is not AmazonServiceException { StatusCode: HttpStatusCode.Conflict } and not AmazonServiceException { ErrorCode: "UnknownError" };

    /// <summary>
    /// Another's object where ours was to be absent is a plain conflict. But a replacement that was refused after an attempt in doubt may
    /// have happened and been replaced in turn; nobody can tell.
    /// </summary>
    private ObjectStoreException Doubtful(string key, WriteCondition condition, ObjectStoreException error) =>
        error.Kind == ObjectStoreErrorKind.PreconditionFailed && condition.IfMatchETag is not null
            ? new ObjectStoreException(
                ObjectStoreErrorKind.Unavailable,
                $"Could not write '{key}' in {calls.StoreName}: an answer was lost, and the object is by now another's; whether this write came before it is not known.",
                key, error)
            : error;
}
