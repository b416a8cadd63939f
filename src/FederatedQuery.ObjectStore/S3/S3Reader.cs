using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using SdkRange = Amazon.S3.Model.ByteRange;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>GET and HEAD: the right bytes of one version of an object, or an error.</summary>
internal sealed class S3Reader(S3Calls calls)
{
    private const string Attempt = "read";

    public Task<ObjectProperties> HeadAsync(string key, string? ifMatch, CancellationToken cancellationToken) =>
        calls.RunAsync(Attempt, key, sentBytes: 0, async token => PropertiesOf(key, await HeadOnceAsync(key, ifMatch, token)), cancellationToken);

    /// <summary>One attempt: the properties with the metadata that the writer gave.</summary>
    public Task<(ObjectProperties Properties, MetadataCollection Metadata)> HeadWithMetadataAsync(string key, CancellationToken cancellationToken) =>
        calls.AttemptAsync(
            Attempt, key, sentBytes: 0,
            async token =>
            {
                var head = await HeadOnceAsync(key, ifMatch: null, token);
                return (PropertiesOf(key, head), head.Metadata);
            },
            cancellationToken);

    public async Task<ObjectContent> OpenAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken)
    {
        if (range.Length == 0)
        {
            return await NothingOfAsync(key, ifMatch, cancellationToken);
        }

        var body = await OpenBodyAsync(key, range, ifMatch, cancellationToken);
        return body is null
            ? await NothingOfAsync(key, ifMatch, cancellationToken)
            : new ObjectContent(body.Properties, new S3ReadStream(this, calls, body));
    }

    /// <summary>One answer to GET whose head is right: the range that was asked for, of the length that it must have.</summary>
    /// <returns>Null when the range begins at or after the end of the object.</returns>
    public Task<S3Body?> OpenBodyAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken) =>
        calls.RunAsync(
            Attempt, key, sentBytes: 0,
            async token =>
            {
                GetObjectResponse response;
                try
                {
                    response = await calls.Client.GetObjectAsync(
                        new GetObjectRequest { BucketName = calls.Options.Bucket, Key = key, EtagToMatch = ifMatch, ByteRange = HeaderOf(range) }, token);
                }
                catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return null;
                }

                try
                {
                    return Check(key, range, response);
                }
                catch
                {
                    response.Dispose();
                    throw;
                }
            },
            cancellationToken);

    private Task<GetObjectMetadataResponse> HeadOnceAsync(string key, string? ifMatch, CancellationToken cancellationToken) =>
        calls.Client.GetObjectMetadataAsync(
            new GetObjectMetadataRequest { BucketName = calls.Options.Bucket, Key = key, EtagToMatch = ifMatch }, cancellationToken);

    private async Task<ObjectContent> NothingOfAsync(string key, string? ifMatch, CancellationToken cancellationToken) =>
        new(await HeadAsync(key, ifMatch, cancellationToken), Stream.Null);

    /// <summary>
    /// AWS sends a checksum with whole objects. Elsewhere they are asked for as a range that happens to be all: then the answer tells the
    /// length twice, in Content-Length and in Content-Range, and a body that something on the way cut short is noticed.
    /// </summary>
    private SdkRange? HeaderOf(ByteRange range)
    {
        if (range == ByteRange.All && calls.Options.Endpoint is null)
        {
            return null;
        }

        return new SdkRange(range switch
        {
            { Offset: null } => string.Create(CultureInfo.InvariantCulture, $"bytes=-{range.Length}"),
            { Length: null } => string.Create(CultureInfo.InvariantCulture, $"bytes={range.Offset}-"),
            _ => string.Create(CultureInfo.InvariantCulture, $"bytes={range.Offset}-{Math.Min(long.MaxValue, range.Offset.Value + (decimal)range.Length.Value - 1)}"),
        });
    }

    private S3Body Check(string key, ByteRange range, GetObjectResponse response)
    {
        long first = 0;
        var total = response.ContentLength;
        if (response.HttpStatusCode == HttpStatusCode.PartialContent && !TryParseContentRange(response.ContentRange, out first, out total))
        {
            throw Wrong(key, $"the answer's Content-Range is '{response.ContentRange}'");
        }

        var (offset, length) = range.Within(total);
        if (first != offset || response.ContentLength != length)
        {
            throw Wrong(key, $"{length} bytes from {offset} were to come, not {response.ContentLength} from {first}");
        }

        return new S3Body(PropertiesOf(key, total, response.ETag, response.LastModified), response, offset, length);
    }

    private static bool TryParseContentRange(string? text, out long first, out long total)
    {
        // bytes 0-99/1000
        first = total = 0;
        var numbers = text is not null && text.StartsWith("bytes ", StringComparison.Ordinal) ? text.AsSpan(6) : [];
        var dash = numbers.IndexOf('-');
        var slash = numbers.IndexOf('/');
        return dash > 0 && slash > dash
            && long.TryParse(numbers[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && long.TryParse(numbers[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out total);
    }

    private ObjectStoreException Wrong(string key, string how) =>
        new(ObjectStoreErrorKind.Unavailable, $"Could not read '{key}' in {calls.StoreName}: {how}.", key);

    private static ObjectProperties PropertiesOf(string key, GetObjectMetadataResponse head) =>
        PropertiesOf(key, head.ContentLength, head.ETag, head.LastModified);

    private static ObjectProperties PropertiesOf(string key, long length, string? etag, DateTime? lastModified) =>
        new(key, length, S3Writer.Unquote(etag), lastModified is { } at ? new DateTimeOffset(at.ToUniversalTime()) : DateTimeOffset.UnixEpoch);
}

/// <summary>An answer being read: which bytes of which object it holds.</summary>
internal sealed record S3Body(ObjectProperties Properties, GetObjectResponse Response, long Offset, long Length);
