using System.Buffers.Binary;
using System.Text;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>
/// The folder of one stream's write-ahead log, held by one process at a time by an exclusive lock. Processes that share a data directory each have their own; one that
/// starts takes up what it finds free, so that what a dead one left is stored.
/// </summary>
internal sealed class StreamFolder : IDisposable
{
    private const string LockFile = "lock";
    private const string DamagedFolder = "damaged";

    private readonly FileStream _lock;

    private StreamFolder(string path, Guid stream, FileStream held)
    {
        Path = path;
        Stream = stream;
        _lock = held;
        Span<byte> bytes = stackalloc byte[16];
        stream.TryWriteBytes(bytes);
        Tag = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
    }

    public string Path { get; }

    /// <summary>The stream's id: the folder's name.</summary>
    public Guid Stream { get; }

    /// <summary>Tells the stream's frames from others'.</summary>
    public ulong Tag { get; }

    /// <summary>All that are free, and at least one, made if need be.</summary>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public static IReadOnlyList<StreamFolder> OpenAll(string directory)
    {
        Directory.CreateDirectory(directory);
        var free = new List<StreamFolder>();
        try
        {
            foreach (var path in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
            {
                if (Guid.TryParseExact(System.IO.Path.GetFileName(path), "N", out var stream) && TryLock(path) is { } held)
                {
                    free.Add(new StreamFolder(path, stream, held));
                }
            }

            if (free.Count == 0)
            {
                var stream = Guid.NewGuid();
                var path = System.IO.Path.Combine(directory, stream.ToString("N"));
                Directory.CreateDirectory(path);
                free.Add(new StreamFolder(path, stream, TryLock(path) ?? throw new IOException($"The folder '{path}', just made, is locked by another process.")));
            }

            return free;
        }
        catch
        {
            free.ForEach(folder => folder.Dispose());
            throw;
        }
    }

    /// <summary>Puts a segment aside that could not be read in whole.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside(Segment segment)
    {
        var folder = System.IO.Path.Combine(Path, DamagedFolder);
        Directory.CreateDirectory(folder);
        var target = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(segment.Path));
        File.Move(segment.Path, target, overwrite: true);
        return target;
    }

    /// <summary>Deletes the segments, all of whose records have been stored, and the folder unless something is in it that people may want to see.</summary>
    public void DeleteStored()
    {
        foreach (var segment in Segment.List(Path))
        {
            File.Delete(segment.Path);
        }

        if (!Directory.EnumerateFileSystemEntries(Path).Any(entry => System.IO.Path.GetFileName(entry) != LockFile))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(string path)
    {
        FileStream? held = null;
        try
        {
            held = new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            held.SetLength(0);
            held.Write(Encoding.UTF8.GetBytes(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            held.Flush();
            return held;
        }
        catch (IOException) when (held is null)
        {
            // Another process has it.
            return null;
        }
    }
}
