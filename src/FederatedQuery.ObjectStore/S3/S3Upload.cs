using System.Buffers;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>
/// A multipart upload, begun when the first part is full: what ends before is one PUT. Holds at most
/// <see cref="S3Options.ParallelParts"/> + 1 parts in memory.
/// </summary>
internal sealed partial class S3Upload(S3Calls calls, S3Reader reader, S3Writer writer, string key, WriteCondition condition) : IObjectUpload
{
    private const int MaxParts = 10_000;
    private const int FirstBufferBytes = 64 * 1024;
    private const string Attempt = "write";

    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PartPatience = TimeSpan.FromSeconds(5);

    private readonly string _writeId = S3Writer.NewWriteId();
    private readonly SemaphoreSlim _slots = new(calls.Options.ParallelParts);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task<PartETag>> _parts = [];
    private byte[] _buffer = [];
    private int _filled;
    private string? _uploadId;
    private bool _isComplete;
    private bool _isDisposed;

    public long Length { get; private set; }

    public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed || _isComplete, this);
        while (!content.IsEmpty)
        {
            if (_filled == calls.Options.PartBytes)
            {
                await SendPartAsync(cancellationToken);
            }

            var piece = content[..Math.Min(content.Length, calls.Options.PartBytes - _filled)];
            Reserve(_filled + piece.Length);
            piece.CopyTo(_buffer.AsMemory(_filled));
            _filled += piece.Length;
            Length += piece.Length;
            content = content[piece.Length..];
        }
    }

    public async Task<ObjectProperties> CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed || _isComplete, this);
        ObjectProperties written;
        if (_uploadId is null)
        {
            written = await writer.PutAsync(key, _buffer.AsMemory(0, _filled), condition, cancellationToken);
        }
        else
        {
            await SendPartAsync(cancellationToken);
            var parts = await Task.WhenAll(_parts).WaitAsync(cancellationToken);
            await RefuseEarlyAsync(cancellationToken);
            written = await writer.DecideAsync(key, _writeId, condition, isRepeatable: false, token => CompleteOnceAsync(parts, token), cancellationToken);
        }

        _isComplete = true;
        return written;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_isComplete)
        {
            // A part that arrives after the abort would stay behind, so those under way get a moment to end.
            _stop.CancelAfter(PartPatience);
        }

        // Their failures were told to who wrote, or nobody waits for them any more.
        await Task.WhenAll(_parts).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_uploadId is not null && !_isComplete)
        {
            await AbortAsync(_uploadId);
        }

        ReturnBuffer();
        _stop.Dispose();
        _slots.Dispose();
    }

    private async Task SendPartAsync(CancellationToken cancellationToken)
    {
        if (_parts.Count == MaxParts)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.TooLarge,
                $"Object '{key}' in {calls.StoreName} is larger than {MaxParts} parts of {calls.Options.PartBytes} bytes, which is what an upload may have.",
                key);
        }

        _uploadId ??= await StartAsync(cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            await _slots.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A part has failed: its error says more.
            await Task.WhenAll(_parts);
            throw;
        }

        _parts.Add(SendAsync(_parts.Count + 1, _buffer, _filled));
        _buffer = [];
        _filled = 0;
    }

    private Task<string> StartAsync(CancellationToken cancellationToken) => calls.RunAsync(
        Attempt, key, sentBytes: 0,
        async token =>
        {
            var request = new InitiateMultipartUploadRequest { BucketName = calls.Options.Bucket, Key = key };
            request.Metadata.Add(S3Writer.WriteIdName, _writeId);
            return (await calls.Client.InitiateMultipartUploadAsync(request, token)).UploadId;
        },
        cancellationToken);

    private async Task<PartETag> SendAsync(int number, byte[] buffer, int length)
    {
        try
        {
            return await calls.RunAsync(
                Attempt, key, length,
                async token =>
                {
                    using var stream = new BytesStream(buffer.AsMemory(0, length));
                    var response = await calls.Client.UploadPartAsync(
                        new UploadPartRequest
                        {
                            BucketName = calls.Options.Bucket,
                            Key = key,
                            UploadId = _uploadId,
                            PartNumber = number,
                            PartSize = length,
                            InputStream = stream,
                            UseChunkEncoding = writer.UsesChunks,
                        },
                        token);
                    return new PartETag(response);
                },
                _stop.Token);
        }
        catch
        {
            // The other parts need not be sent.
            await _stop.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _slots.Release();
        }
    }

    /// <summary>Not every server checks the condition on completion, as AWS does: what can be seen to fail is refused here.</summary>
    private async Task RefuseEarlyAsync(CancellationToken cancellationToken)
    {
        if (condition == WriteCondition.None)
        {
            return;
        }

        string? etag = null;
        try
        {
            etag = (await reader.HeadAsync(key, ifMatch: null, cancellationToken)).ETag;
        }
        catch (ObjectStoreException missing) when (missing.Kind == ObjectStoreErrorKind.NotFound)
        {
            // Right for a new object; the comparison below tells for a replacement.
        }

        if (condition.IsIfAbsent ? etag is not null : etag != condition.IfMatchETag)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.PreconditionFailed,
                $"Object '{key}' was not written to {calls.StoreName}: the write asked for '{condition}', but {(etag is null ? "no object has this key" : $"its ETag is '{etag}'")}.",
                key);
        }
    }

    private async Task<ObjectProperties> CompleteOnceAsync(IReadOnlyList<PartETag> parts, CancellationToken cancellationToken)
    {
        var etag = await AskForCompletionAsync(parts, cancellationToken);
        // Some servers answer before they are done, with an ETag that is missing or not known to be good: then the object tells.
        return !string.IsNullOrEmpty(etag)
            ? writer.Written(key, Length, etag)
            : await writer.FindAsync(key, _writeId, cancellationToken) ?? throw new ObjectStoreException(
                ObjectStoreErrorKind.Unavailable, $"Could not write '{key}' in {calls.StoreName}: the answer to the completion names no ETag.", key);
    }

    private Task<string?> AskForCompletionAsync(IReadOnlyList<PartETag> parts, CancellationToken cancellationToken) => calls.AttemptAsync<string?>(
        Attempt, key, sentBytes: 0,
        async token =>
        {
            var response = await calls.Client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = calls.Options.Bucket,
                    Key = key,
                    UploadId = _uploadId,
                    PartETags = [.. parts],
                    IfNoneMatch = condition.IsIfAbsent ? "*" : null,
                    IfMatch = condition.IfMatchETag,
                },
                token);
            return response.ETag;
        },
        cancellationToken);

    private async Task AbortAsync(string uploadId)
    {
        using var patience = new CancellationTokenSource(AbortPatience);
        try
        {
            await calls.RunAsync(
                "abort the upload of", key, sentBytes: 0,
                token => calls.Client.AbortMultipartUploadAsync(
                    new AbortMultipartUploadRequest { BucketName = calls.Options.Bucket, Key = key, UploadId = uploadId }, token),
                patience.Token);
        }
        catch (ObjectStoreException gone) when (gone.InnerException is Amazon.S3.AmazonS3Exception { ErrorCode: "NoSuchUpload" })
        {
            // Aborted by an attempt whose answer was lost, or completed by one.
        }
        catch (Exception error) when (error is ObjectStoreException or OperationCanceledException)
        {
            // Not the caller's failure: its parts cost until the bucket's lifecycle rule removes them.
            LogNotAborted(calls.Logger, error, key, calls.StoreName);
        }
    }

    /// <summary>Grows by doubling, so that small objects take little memory.</summary>
    private void Reserve(int bytes)
    {
        if (bytes <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(calls.Options.PartBytes, Math.Max(Math.Max(bytes, _buffer.Length * 2), FirstBufferBytes)));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        ReturnBuffer();
        _buffer = larger;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    [LoggerMessage(3, LogLevel.Warning, "The unfinished upload of '{Key}' to {Store} was not aborted; a lifecycle rule of the bucket should remove such uploads.")]
    private static partial void LogNotAborted(ILogger logger, Exception error, string key, string store);
}
