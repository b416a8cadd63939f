using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FederatedQuery.DuckDb.Native;

namespace FederatedQuery.DuckDb;

/// <summary>One DuckDB instance: its memory, threads, catalog and files. Thread-safe. Functions registered on any of its connections serve all of them.</summary>
public sealed class DuckDBDatabase : IDisposable
{
    public const string InMemory = ":memory:";

    private readonly DatabaseHandle _handle;

    /// <summary>By DuckDB's connection id, so that a function called on DuckDB's threads finds the query it serves.</summary>
    private readonly ConcurrentDictionary<ulong, WeakReference<DuckDBConnection>> _connections = new();

    private DuckDBDatabase(DatabaseHandle handle) => _handle = handle;

    /// <summary>DuckDB's version, e.g. <c>v1.5.5</c>.</summary>
    public static string LibraryVersion => NativeString.Borrowed(NativeMethods.OpenConnect.LibraryVersion()) ?? "";

    /// <summary>Opens or creates a database file, or one in memory.</summary>
    /// <param name="path">A file, or <see cref="InMemory"/>; each in-memory database is its own.</param>
    /// <param name="options">DuckDB's configuration by name, e.g. <c>memory_limit</c>, <c>threads</c>.</param>
    /// <exception cref="DuckDBException">An option is unknown or wrong, or the file is not to be opened.</exception>
    public static DuckDBDatabase Open(string path = InMemory, IReadOnlyDictionary<string, string>? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (NativeMethods.OpenConnect.CreateConfig(out var config) != DuckDBState.Success)
        {
            throw new DuckDBException(DuckDBErrorType.OutOfMemory, "DuckDB could not create a configuration.");
        }

        using (config)
        {
            foreach (var (name, value) in options ?? new Dictionary<string, string>())
            {
                if (NativeMethods.OpenConnect.SetConfig(config, name, value) != DuckDBState.Success)
                {
                    throw new DuckDBException(
                        DuckDBErrorType.InvalidConfiguration,
                        $"DuckDB refuses the option '{name}' with the value '{value}': there is no such option, or the value does not fit it.");
                }
            }

            var state = NativeMethods.OpenConnect.OpenExt(path, out var handle, config, out var error);
            var message = NativeString.Owned(error);
            if (state == DuckDBState.Success)
            {
                return new DuckDBDatabase(handle);
            }

            handle.Dispose();
            throw DuckDBError.ToException(message ?? $"DuckDB could not open '{path}'.", sql: null);
        }
    }

    /// <exception cref="DuckDBException">DuckDB makes no connection.</exception>
    public DuckDBConnection Connect()
    {
        if (NativeMethods.OpenConnect.Connect(_handle, out var handle) != DuckDBState.Success)
        {
            handle.Dispose();
            throw new DuckDBException(DuckDBErrorType.Connection, "DuckDB could not make a connection.");
        }

        var connection = new DuckDBConnection(this, handle);
        _connections[connection.Id] = new WeakReference<DuckDBConnection>(connection);
        return connection;
    }

    /// <summary>Closes the instance once its connections are closed too.</summary>
    public void Dispose() => _handle.Dispose();

    internal void Forget(DuckDBConnection connection) => _connections.TryRemove(connection.Id, out _);

    internal bool TryFindConnection(ulong id, [NotNullWhen(true)] out DuckDBConnection? connection)
    {
        connection = null;
        return _connections.TryGetValue(id, out var reference) && reference.TryGetTarget(out connection);
    }
}
