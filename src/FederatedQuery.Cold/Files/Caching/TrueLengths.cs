using System.Collections.Concurrent;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>
/// Lengths of objects of which a table's metadata states another one. Some writers state wrong ones, and some tools write files anew in place;
/// other readers do not mind, since these files say at their own end how to read them. What lacks that end was cut off, and is not let through. Safe for
/// concurrent use.
/// </summary>
internal sealed partial class TrueLengths(DataFileCacheOptions options, ObjectFetcher fetcher, ILogger logger)
{
    /// <summary>What is forgotten is found again.</summary>
    private const int MostKept = 100_000;

    private const int MagicBytes = 4;

    private readonly ConcurrentDictionary<(string Location, long Stated), long> _known = new();

    /// <returns>The file with its true length, as far as it is known to differ.</returns>
    public DataFileRequest Apply(DataFileRequest file) =>
        !_known.IsEmpty && _known.TryGetValue(KeyOf(file), out var length) ? file with { Length = length } : file;

    /// <summary>Asks the store for the lengths of files, for <see cref="Apply"/> to know.</summary>
    /// <param name="files">With the lengths that are stated.</param>
    /// <exception cref="ObjectStoreException">One cannot be read.</exception>
    public Task FindAsync(IReadOnlyList<DataFileRequest> files, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                var properties = await file.Location.Store.HeadAsync(file.Location.Key, token);
                if (properties.Length == Apply(file).Length || !await IsWholeAsync(file.Location, properties, token))
                {
                    return;
                }

                if (_known.Count >= MostKept)
                {
                    _known.Clear();
                }

                _known[KeyOf(file)] = properties.Length;
                Log.WrongLength(logger, file.Location.ToString(), properties.Length, file.Length);
            });

    /// <summary>Parquet and Puffin files end with their magic.</summary>
    private async Task<bool> IsWholeAsync(ObjectLocation source, ObjectProperties properties, CancellationToken cancellationToken)
    {
        if (properties.Length < 2 * MagicBytes)
        {
            return false;
        }

        var end = new byte[MagicBytes];
        var start = properties.Length - MagicBytes;
        await fetcher.FetchAsync(
            source,
            properties.Length,
            [new ObjectRange(start, MagicBytes, [new CopiedBytes(start, MagicBytes, 0)])],
            properties.ETag,
            (at, bytes, _) =>
            {
                bytes.CopyTo(end.AsMemory((int)at));
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        return end.AsSpan().SequenceEqual("PAR1"u8) || end.AsSpan().SequenceEqual("PFA1"u8);
    }

    private static (string Location, long Stated) KeyOf(DataFileRequest file) => (file.Location.ToString(), file.Length);

    private static partial class Log
    {
        [LoggerMessage(ColdEventId.WrongLength, LogLevel.Warning, "'{Location}' has {Length} bytes; the table's metadata says {Stated}. It ends as it should and is read as it is")]
        public static partial void WrongLength(ILogger logger, string location, long length, long stated);
    }
}
