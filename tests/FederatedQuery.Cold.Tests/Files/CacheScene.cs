using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Cold.Tests.Files;

/// <summary>A remote store with objects of random bytes, and the cache in front of it.</summary>
internal sealed class CacheScene : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, byte[]> _objects = [];

    public CacheScene(long maxBytes, Func<DataFileCacheOptions, DataFileCacheOptions>? change = null)
    {
        Options = new DataFileCacheOptions
        {
            Directory = _folder.File("cache"),
            MaxBytes = maxBytes,
            RangeBytes = 64 * 1024,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            AdmissionTimeout = TimeSpan.FromSeconds(20),
        };
        Options = change?.Invoke(Options) ?? Options;
        Store = new RemoteStore(_folder.File("objects"));
        Files = Open();
    }

    public DataFileCacheOptions Options { get; }

    public DataFileCacheMetrics Metrics { get; } = new();

    public RemoteStore Store { get; }

    public RemoteFiles Files { get; private set; }

    public string CacheFolder => Options.Directory;

    public long BytesOnDisk => new DirectoryInfo(CacheFolder).EnumerateFiles().Sum(LengthOf);

    public IEnumerable<string> DataFiles => Directory.EnumerateFiles(CacheFolder, "*.data");

    public async Task<DataFileRequest> AddAsync(string key, byte[] content)
    {
        await Store.PutAsync(key, content, WriteCondition.None, CancellationToken.None);
        _objects[key] = content;
        return new DataFileRequest(new ObjectLocation(Store, key), content.Length);
    }

    public Task<DataFileRequest> AddRandomAsync(string key, int length)
    {
        var content = new byte[length];
        new Random(key.GetHashCode(StringComparison.Ordinal)).NextBytes(content);
        return AddAsync(key, content);
    }

    /// <summary>Fails unless the path holds the object.</summary>
    public void AssertHolds(DataFileRequest file, string path) => Assert.True(_objects[file.Location.Key].AsSpan().SequenceEqual(File.ReadAllBytes(path)), $"'{path}' is not {file.Location}.");

    /// <summary>As a new process would: everything is known from the folder alone.</summary>
    public void Restart()
    {
        Files.Dispose();
        Files = Open();
    }

    public void Dispose()
    {
        Files.Dispose();
        Metrics.Dispose();
        _folder.Dispose();
    }

    private RemoteFiles Open() => new(Options, Metrics, TimeProvider.System, NullLogger.Instance);

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Evicted since the listing.
            return 0;
        }
    }
}
