using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>Batch deletes. The answer to one tells of each key; what may pass is tried again, the rest is told together.</summary>
internal sealed class S3Deletes(S3Calls calls)
{
    /// <summary>S3's limit.</summary>
    private const int BatchSize = 1000;

    private const int NamedInMessage = 5;

    public async Task DeleteAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var refused = new List<DeleteError>();
        foreach (var batch in keys.Distinct(StringComparer.Ordinal).Chunk(BatchSize))
        {
            var pending = batch.ToList();
            await calls.RunAsync(
                "delete", pending.Count == 1 ? pending[0] : null, sentBytes: 0,
                async token =>
                {
                    var errors = await DeleteOnceAsync(pending, token);
                    var passing = errors.Where(IsPassing).ToList();
                    refused.AddRange(errors.Except(passing));
                    pending = [.. passing.Select(error => error.Key)];
                    return passing.Count == 0
                        ? pending
                        : throw Failure(passing, ObjectStoreErrorKind.Unavailable);
                },
                cancellationToken);
        }

        if (refused.Count > 0)
        {
            throw Failure(refused, KindOf(refused[0]));
        }
    }

    private async Task<IReadOnlyList<DeleteError>> DeleteOnceAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            await calls.Client.DeleteObjectsAsync(
                new DeleteObjectsRequest { BucketName = calls.Options.Bucket, Quiet = true, Objects = [.. keys.Select(key => new KeyVersion { Key = key })] },
                cancellationToken);
            return [];
        }
        catch (DeleteObjectsException partly) when (partly.Response?.DeleteErrors is { Count: > 0 } errors)
        {
            return [.. errors.Where(error => KindOf(error) != ObjectStoreErrorKind.NotFound)];
        }
    }

    private static bool IsPassing(DeleteError error) => KindOf(error) is ObjectStoreErrorKind.Throttled or ObjectStoreErrorKind.Unavailable;

    private static ObjectStoreErrorKind KindOf(DeleteError error) => error.Code is "AccessDenied"
        ? ObjectStoreErrorKind.AccessDenied
        : S3Errors.KindOf(error.Code, HttpStatusCode.OK);

    private ObjectStoreException Failure(IReadOnlyList<DeleteError> errors, ObjectStoreErrorKind kind)
    {
        var named = string.Join(", ", errors.Take(NamedInMessage).Select(error => $"'{error.Key}' ({error.Code}: {error.Message})"));
        var more = errors.Count > NamedInMessage ? $" and {errors.Count - NamedInMessage} more" : "";
        return new ObjectStoreException(kind, $"Could not delete from {calls.StoreName}: {named}{more}.", errors.Count == 1 ? errors[0].Key : null);
    }
}
