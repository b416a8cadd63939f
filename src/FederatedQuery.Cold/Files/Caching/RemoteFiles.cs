using System.Globalization;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>
/// Files of stores that are not on local disk, by way of the cache. Of a large Parquet object of which a query needs little: its footer, then the
/// column chunks of the row groups that may match, put together as a smaller Parquet file; of any other object: all of it.
/// </summary>
internal sealed class RemoteFiles : IDisposable
{
    private readonly DataFileCacheOptions _options;
    private readonly ObjectFetcher _fetcher;
    private readonly FooterCache _footers;
    private readonly TrueLengths _lengths;

    public RemoteFiles(DataFileCacheOptions options, DataFileCacheMetrics metrics, TimeProvider time, ILogger logger)
    {
        _options = options;
        Cache = new DataFileCache(options, metrics, time, logger);
        _fetcher = new ObjectFetcher(options, metrics, time, logger);
        _footers = new FooterCache(_fetcher, options);
        _lengths = new TrueLengths(options, _fetcher, logger);
    }

    public DataFileCache Cache { get; }

    /// <returns>The leases, and the bytes fetched for them.</returns>
    public async Task<(CacheLeases Leases, long BytesFetched)> AcquireAsync(
        IReadOnlyList<DataFileRequest> files, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        var asked = WithTrueLengths(files);
        try
        {
            return (await AcquireAsync(asked, tally, cancellationToken), tally.Bytes);
        }
        catch (ObjectStoreException changed) when (changed.Kind == ObjectStoreErrorKind.PreconditionFailed)
        {
            // The footers at hand may be those of an object that was since put back from a backup, say; lengths may be stated wrongly. Both are read
            // again, once.
            foreach (var file in asked)
            {
                _footers.Remove(file);
            }

            await _lengths.FindAsync(files, cancellationToken);
            var corrected = WithTrueLengths(files);
            if (!tally.HasFooters && corrected.SequenceEqual(asked))
            {
                throw;
            }

            return (await AcquireAsync(corrected, tally, cancellationToken), tally.Bytes);
        }
    }

    /// <inheritdoc cref="DataFileSource.Estimate"/>
    public FetchEstimate Estimate(IReadOnlyList<DataFileRequest> files)
    {
        var parts = new HashSet<string>(StringComparer.Ordinal);
        var (bytes, requests) = (0L, 0);
        foreach (var file in WithTrueLengths(files))
        {
            var (key, estimate) = Estimate(file);
            if (parts.Add(key))
            {
                bytes += estimate.Bytes;
                requests += estimate.Requests;
            }
        }

        return new FetchEstimate(bytes, requests);
    }

    /// <returns>What is fetched once however often it is asked for, and what that takes.</returns>
    private (string Key, FetchEstimate Estimate) Estimate(DataFileRequest file)
    {
        var whole = new FilePart(file.Location.ToString(), file.Length);
        if (Cache.Has(whole))
        {
            return (whole.Key, FetchEstimate.None);
        }

        if (file.Columns is not { } columns || file.Length < _options.PartialThresholdBytes)
        {
            return (whole.Key, WholeEstimate(file.Length));
        }

        if (_footers.TryGet(file, out var found))
        {
            return Reduce(whole, columns, found) is var (part, reduced)
                ? (part.Key, Cache.Has(part) ? FetchEstimate.None : EstimateOf(ObjectRanges.Of(reduced.Chunks, _options.RangeBytes)))
                : (whole.Key, WholeEstimate(file.Length));
        }

        var footer = FooterCache.FirstBytes(file.Length);
        if (Cache.HasColumns(whole, columns.FieldIds))
        {
            return (whole.Key, new FetchEstimate(footer, 1));
        }

        // The columns' chunks lie apart in each row group, of which nothing is known before the footer is read: as few requests as their size allows.
        var needed = Math.Min(file.NeededBytes ?? file.Length, file.Length);
        var rest = needed > file.Length * _options.WholeShare ? WholeEstimate(file.Length) : WholeEstimate(needed);
        return (whole.Key, new FetchEstimate(Math.Min(footer + rest.Bytes, file.Length), rest.Requests + 1));
    }

    private FetchEstimate WholeEstimate(long length) => length == 0 ? FetchEstimate.None : EstimateOf(ObjectRanges.Whole(length, _options.RangeBytes));

    private static FetchEstimate EstimateOf(IReadOnlyList<ObjectRange> ranges) => new(ranges.Sum(range => range.Length), ranges.Count);

    public void Dispose()
    {
        Cache.Dispose();
        _fetcher.Dispose();
    }

    private async Task<CacheLeases> AcquireAsync(IReadOnlyList<DataFileRequest> files, Tally tally, CancellationToken cancellationToken) =>
        await Cache.AcquireAsync(await PlanAsync(files, tally, cancellationToken), cancellationToken);

    private List<DataFileRequest> WithTrueLengths(IReadOnlyList<DataFileRequest> files) => [.. files.Select(_lengths.Apply)];

    private async Task<IReadOnlyList<CacheRequest>> PlanAsync(
        IReadOnlyList<DataFileRequest> files, Tally tally, CancellationToken cancellationToken)
    {
        var requests = new CacheRequest[files.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, files.Count),
            new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = cancellationToken },
            async (i, token) => requests[i] = await PlanAsync(files[i], tally, token));
        return requests;
    }

    private async ValueTask<CacheRequest> PlanAsync(DataFileRequest file, Tally tally, CancellationToken cancellationToken)
    {
        var whole = new FilePart(file.Location.ToString(), file.Length);
        if (file.Columns is not { } columns || file.Length < _options.PartialThresholdBytes || Cache.Has(whole))
        {
            return Whole(whole, file.Location, tally);
        }

        var (found, fetched) = await _footers.GetAsync(file, cancellationToken);
        tally.HasFooters = true;
        tally.Add(fetched);
        return Reduce(whole, columns, found) is var (part, reduced)
            ? new CacheRequest(part, reduced.Length, (target, token) => FetchReducedAsync(file, reduced, found.ETag, target, tally, token))
            : Whole(whole, file.Location, tally);
    }

    /// <returns>The part that a query needs, as a file of its own; null where the whole object had better be fetched.</returns>
    private (FilePart Part, ReducedParquet Reduced)? Reduce(FilePart whole, ColumnSelection columns, ObjectFooter found)
    {
        if (found.Footer is not { } footer || ReductionPlanner.Select(footer, columns) is not { } selection)
        {
            return null;
        }

        var reduced = ReducedParquet.Plan(footer, selection.Fields, selection.RowGroups);
        if (reduced.ChunkBytes > whole.Length * _options.WholeShare)
        {
            return null;
        }

        var part = new FilePart(
            whole.Location,
            whole.Length,
            [.. selection.Fields.Select(field => footer.Fields[field].FieldId!.Value).Order()],
            selection.RowGroups.Count == footer.RowGroups.Length ? null : selection.RowGroups);
        return (part, reduced);
    }

    private CacheRequest Whole(FilePart part, ObjectLocation source, Tally tally) => new(
        part,
        part.Length,
        async (target, token) =>
        {
            var (etag, bytes) = await _fetcher.FetchAsync(
                source, part.Length, ObjectRanges.Whole(part.Length, _options.RangeBytes), null, WriterTo(target), token);
            tally.Add(bytes);
            return etag;
        });

    private async Task<string> FetchReducedAsync(
        DataFileRequest file, ReducedParquet reduced, string etag, SafeFileHandle target, Tally tally, CancellationToken cancellationToken)
    {
        var write = WriterTo(target);
        await write(0, ReducedParquet.Header, cancellationToken);
        await write(reduced.Length - reduced.Footer.Length, reduced.Footer, cancellationToken);
        var (_, bytes) = await _fetcher.FetchAsync(
            file.Location, file.Length, ObjectRanges.Of(reduced.Chunks, _options.RangeBytes), etag, write, cancellationToken);
        tally.Add(bytes);
        return etag;
    }

    private ObjectFetcher.WriteAt WriterTo(SafeFileHandle target) => async (offset, bytes, cancellationToken) =>
    {
        try
        {
            await RandomAccess.WriteAsync(target, bytes, offset, cancellationToken);
        }
        catch (IOException error)
        {
            // Not to be taken for a broken connection.
            throw new DataFileCacheException(
                DataFileCacheErrorKind.Directory,
                string.Create(CultureInfo.InvariantCulture, $"CACHE_DIRECTORY '{_options.Directory}' cannot be written to: {error.Message}"),
                error);
        }
    };

    /// <summary>What one caller had fetched. Loads that it shares with others count for whoever began them.</summary>
    private sealed class Tally
    {
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        public bool HasFooters { get; set; }

        public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
    }
}
