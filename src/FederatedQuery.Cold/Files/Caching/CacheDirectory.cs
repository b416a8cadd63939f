using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>
/// The folder of the cache. A file is written under a temporary name, flushed and renamed; only then is its description written, in the same way.
/// What has no description, or the other way round, is the rest of a crash: it is never read and goes at the next start. One process at a time
/// holds the folder, by a lock that the operating system takes back when the process dies.
/// </summary>
internal sealed class CacheDirectory : IDisposable
{
    private const string DataSuffix = ".data";
    private const string DescriptionSuffix = ".json";
    private const string TemporarySuffix = ".tmp";
    private const string LockName = "lock";

    private readonly FileStream _lock;

    private CacheDirectory(string path, FileStream @lock)
    {
        FullPath = path;
        _lock = @lock;
    }

    public string FullPath { get; }

    /// <exception cref="DataFileCacheException">Another process holds it, or it cannot be written to.</exception>
    public static CacheDirectory Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new CacheDirectory(
                path, new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFileCacheException(
                DataFileCacheErrorKind.Directory,
                $"CACHE_DIRECTORY '{path}' cannot be used: {error.Message} Each process needs a folder of its own that it may write to.",
                error);
        }
    }

    /// <summary>The files that are whole; everything else is deleted, but for files that are not the cache's.</summary>
    public IReadOnlyList<(string Name, StoredFile Description, DateTime LastUsed)> ReadAll()
    {
        var files = new List<(string, StoredFile, DateTime)>();
        foreach (var file in new DirectoryInfo(FullPath).EnumerateFiles())
        {
            if (file.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal))
            {
                file.Delete();
            }
            else if (file.Name.EndsWith(DataSuffix, StringComparison.Ordinal))
            {
                var name = file.Name[..^DataSuffix.Length];
                if (ReadDescription(name) is { } description && description.FileLength == file.Length)
                {
                    files.Add((name, description, file.LastAccessTimeUtc));
                }
                else
                {
                    Delete(name);
                }
            }
            else if (file.Name.EndsWith(DescriptionSuffix, StringComparison.Ordinal)
                && !File.Exists(DataPath(file.Name[..^DescriptionSuffix.Length])))
            {
                file.Delete();
            }
        }

        return files;
    }

    public string NewTemporaryPath() => Path.Combine(FullPath, Guid.NewGuid().ToString("N") + TemporarySuffix);

    /// <summary>A name for one file of the cache. A part that is fetched again gets another, since the old file may still be read.</summary>
    public static string NewName(FilePart part, string etag) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{part.Key} {etag}")).AsSpan(0, 16))}-{Guid.NewGuid().ToString("N")[..8]}";

    public string DataPath(string name) => Path.Combine(FullPath, name + DataSuffix);

    /// <summary>Takes a temporary file, already flushed, into the cache under a name.</summary>
    /// <returns>The bytes of its description.</returns>
    public long Store(string temporaryPath, string name, StoredFile description)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(description, StoredFileJson.Default.StoredFile);
        var temporaryDescription = NewTemporaryPath();
        using (var file = File.OpenHandle(temporaryDescription, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(file, json, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporaryPath, DataPath(name));
        File.Move(temporaryDescription, DescriptionPath(name));
        return json.Length;
    }

    /// <summary>The description goes first: without it the rest is not read again.</summary>
    public void Delete(string name)
    {
        File.Delete(DescriptionPath(name));
        File.Delete(DataPath(name));
    }

    public void Dispose() => _lock.Dispose();

    private StoredFile? ReadDescription(string name)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(DescriptionPath(name)), StoredFileJson.Default.StoredFile);
        }
        catch (Exception error) when (error is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    private string DescriptionPath(string name) => Path.Combine(FullPath, name + DescriptionSuffix);
}
