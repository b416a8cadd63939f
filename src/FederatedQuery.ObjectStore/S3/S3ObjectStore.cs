using System.Runtime.CompilerServices;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>
/// A bucket of S3, or of a server that speaks its protocol and knows conditional writes. Failures that may pass are tried again as
/// <see cref="S3Options"/> says; a broken read goes on where it broke, in the same version of the object or not at all; a write whose
/// answer was lost is looked up. The completion of a multipart upload checks its condition where the server does (AWS does); elsewhere it
/// is checked just before. Objects whose names <see cref="ObjectKey"/> forbids ("folders" that end with '/') are not listed.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    /// <summary>Larger objects are sent in parts, which can be tried again one by one.</summary>
    private const int LargestPut = 64 << 20;

    private readonly S3Calls _calls;
    private readonly S3Reader _reader;
    private readonly S3Writer _writer;
    private readonly S3Deletes _deletes;

    /// <exception cref="ArgumentException">AWS is meant but no region is known.</exception>
    public S3ObjectStore(S3Options options, TimeProvider timeProvider, ILogger<S3ObjectStore>? logger = null)
    {
        Name = "s3://" + options.Bucket;
        _calls = new S3Calls(options, Name, timeProvider, logger ?? NullLogger<S3ObjectStore>.Instance);
        _reader = new S3Reader(_calls);
        _writer = new S3Writer(_calls, _reader);
        _deletes = new S3Deletes(_calls);
    }

    public string Name { get; }

    public Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        return _reader.HeadAsync(key, ifMatch: null, cancellationToken);
    }

    public Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        return _reader.OpenAsync(key, range, ifMatch, cancellationToken);
    }

    public async Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ObjectKey.Validate(key);
        await using var content = await _reader.OpenAsync(key, ByteRange.Of(offset, buffer.Length), ifMatch, cancellationToken);
        return await content.Stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
    }

    public async Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        if (content.Length <= LargestPut)
        {
            return await _writer.PutAsync(key, content, condition, cancellationToken);
        }

        await using var upload = await StartUploadAsync(key, condition, cancellationToken);
        await upload.WriteAsync(content, cancellationToken);
        return await upload.CompleteAsync(cancellationToken);
    }

    public Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        return Task.FromResult<IObjectUpload>(new S3Upload(_calls, _reader, _writer, key, condition));
    }

    public async IAsyncEnumerable<ObjectPage> ListPagesAsync(
        string prefix, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var token = options.ContinuationToken;
        do
        {
            var request = new ListObjectsV2Request
            {
                BucketName = _calls.Options.Bucket,
                Prefix = prefix,
                MaxKeys = options.PageSize,
                ContinuationToken = token,
            };
            var response = await _calls.RunAsync(
                "list", prefix, sentBytes: 0, cancel => _calls.Client.ListObjectsV2Async(request, cancel), cancellationToken);
            token = response.IsTruncated == true ? response.NextContinuationToken : null;
            yield return new ObjectPage(
                [.. (response.S3Objects ?? []).Where(item => ObjectKey.IsValid(item.Key)).Select(PropertiesOf)], token);
        }
        while (token is not null);
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            ObjectKey.Validate(key);
        }

        return _deletes.DeleteAsync(keys, cancellationToken);
    }

    public string? TryGetLocalPath(string key)
    {
        ObjectKey.Validate(key);
        return null;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _calls.Dispose();

    private static ObjectProperties PropertiesOf(S3Object item) => new(
        item.Key, item.Size ?? 0, S3Writer.Unquote(item.ETag), new DateTimeOffset((item.LastModified ?? DateTime.UnixEpoch).ToUniversalTime()));
}
