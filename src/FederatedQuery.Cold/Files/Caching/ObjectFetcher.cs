using System.Buffers;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>
/// Fetches ranges of objects, in parallel up to a bound for the whole process. A range that is cut off, stalls or meets an error that may pass goes
/// on where it was; all ranges of one object must be of one version of it.
/// </summary>
internal sealed partial class ObjectFetcher(DataFileCacheOptions options, DataFileCacheMetrics metrics, TimeProvider time, ILogger logger) : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly SemaphoreSlim _requests = new(options.Parallelism);

    /// <summary>Takes bytes of the object to their place. Called for several places at once.</summary>
    public delegate ValueTask WriteAt(long target, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <param name="source">The object.</param>
    /// <param name="length">What the table's metadata says of its length.</param>
    /// <param name="ranges">What to fetch.</param>
    /// <param name="etag">The version that is asked for; null: any, the same for all.</param>
    /// <param name="write">Given every kept byte once, unless this fails.</param>
    /// <returns>The ETag, and the bytes that came over the network.</returns>
    /// <exception cref="ObjectStoreException">NotFound; PreconditionFailed: another version; Unavailable: it did not go well, repeatedly.</exception>
    public async Task<(string ETag, long Bytes)> FetchAsync(
        ObjectLocation source, long length, IReadOnlyList<ObjectRange> ranges, string? etag, WriteAt write, CancellationToken cancellationToken)
    {
        var version = new ObjectVersion(source, length, etag);
        var transfer = new Transfer(source, version, write);
        await Parallel.ForEachAsync(
            ranges,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            async (range, token) => await FetchAsync(transfer, range, token));
        return (version.ETag ?? throw new ArgumentException("There is nothing to fetch.", nameof(ranges)), transfer.Bytes);
    }

    public void Dispose() => _requests.Dispose();

    private async Task FetchAsync(Transfer transfer, ObjectRange range, CancellationToken cancellationToken)
    {
        long done = 0;
        for (var attempt = 1; ;)
        {
            var before = done;
            Exception failure;
            try
            {
                done = await ReadOnAsync(transfer, range, done, progress => done = progress, cancellationToken);
                if (done == range.Length)
                {
                    return;
                }

                failure = new IOException($"The body ended after {done} of {range.Length} bytes.");
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && MayPass(error))
            {
                failure = error;
            }

            attempt = done > before ? 1 : attempt + 1;
            if (attempt > options.Attempts)
            {
                throw new ObjectStoreException(
                    ObjectStoreErrorKind.Unavailable,
                    $"'{transfer.Source}' could not be read at byte {range.Offset + done}, in {options.Attempts} attempts: {failure.Message}",
                    transfer.Source.Key,
                    failure);
            }

            Log.Retried(logger, transfer.Source.ToString(), range.Offset + done, failure.Message);
            await Task.Delay(DelayBefore(attempt), time, cancellationToken);
        }
    }

    /// <summary>One request, from where the range was left. Returns how far it came, which is short of the range's end if the body was.</summary>
    private async Task<long> ReadOnAsync(Transfer transfer, ObjectRange range, long done, Action<long> report, CancellationToken cancellationToken)
    {
        await _requests.WaitAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var stall = new CancellationTokenSource(options.StallTimeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
            try
            {
                await using var content = await transfer.Source.Store.OpenReadAsync(
                    transfer.Source.Key, ByteRange.Of(range.Offset + done, range.Length - done), transfer.Version.ETag, both.Token);
                transfer.Version.Check(content.Properties);
                while (done < range.Length)
                {
                    stall.CancelAfter(options.StallTimeout);
                    var read = await content.Stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferBytes, range.Length - done)), both.Token);
                    if (read == 0)
                    {
                        break;
                    }

                    transfer.Add(read);
                    metrics.Fetched(read);
                    await KeepAsync(transfer, range, done, buffer.AsMemory(0, read), cancellationToken);
                    report(done += read);
                }

                return done;
            }
            catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"No byte came for {options.StallTimeout.TotalSeconds} s.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _requests.Release();
        }
    }

    /// <summary>Writes what of the bytes at <paramref name="done"/> is wanted.</summary>
    private static async ValueTask KeepAsync(Transfer transfer, ObjectRange range, long done, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var start = range.Offset + done;
        var end = start + bytes.Length;
        foreach (var piece in range.Kept)
        {
            var from = Math.Max(piece.Source, start);
            var to = Math.Min(piece.SourceEnd, end);
            if (from < to)
            {
                await transfer.Write(piece.Target + (from - piece.Source), bytes.Slice((int)(from - start), (int)(to - from)), cancellationToken);
            }
        }
    }

    /// <summary>
    /// What a store reports as passing, and what a connection that breaks in the middle of a body throws. Local disk failures come from
    /// <see cref="WriteAt"/>, as another type.
    /// </summary>
    private static bool MayPass(Exception error) => error switch
    {
        ObjectStoreException store => store.IsRetryable,
        IOException or TimeoutException or HttpRequestException => true,

        // A store's own time limit.
        OperationCanceledException => true,
        _ => false,
    };

    private TimeSpan DelayBefore(int attempt) =>
        options.RetryDelay * Math.Pow(2, Math.Max(0, attempt - 2)) * (0.5 + Random.Shared.NextDouble());

    /// <summary>One object on its way.</summary>
    private sealed class Transfer(ObjectLocation source, ObjectVersion version, WriteAt write)
    {
        private long _bytes;

        public ObjectLocation Source { get; } = source;

        public ObjectVersion Version { get; } = version;

        public WriteAt Write { get; } = write;

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Add(int count) => Interlocked.Add(ref _bytes, count);
    }

    private static partial class Log
    {
        [LoggerMessage(ColdEventId.FetchRetried, LogLevel.Debug, "Reading '{Location}' goes on at byte {Offset} after: {Failure}")]
        public static partial void Retried(ILogger logger, string location, long offset, string failure);
    }
}
