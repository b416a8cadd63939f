using System.Collections.Concurrent;

namespace FederatedQuery.DuckDb;

/// <summary>
/// At most so many connections of one database, reused. Thread-safe. A connection that comes back while still busy is closed, not reused;
/// transactions and settings are the renter's to undo (or <see cref="DuckDBConnectionLease.Discard"/>).
/// </summary>
public sealed class DuckDBConnectionPool : IDisposable
{
    private readonly DuckDBDatabase _database;
    private readonly Action<DuckDBConnection>? _prepare;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentStack<DuckDBConnection> _idle = new();
    private volatile bool _disposed;

    /// <param name="database">Stays the caller's to dispose of, after the pool.</param>
    /// <param name="maximumConnections">Renters beyond it wait.</param>
    /// <param name="prepare">Called once for each new connection, for its settings.</param>
    public DuckDBConnectionPool(DuckDBDatabase database, int maximumConnections, Action<DuckDBConnection>? prepare = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumConnections);
        _database = database;
        _prepare = prepare;
        _free = new SemaphoreSlim(maximumConnections, maximumConnections);
        MaximumConnections = maximumConnections;
    }

    public int MaximumConnections { get; }

    /// <summary>Waits for a free connection; dispose of the lease to give it back.</summary>
    public async ValueTask<DuckDBConnectionLease> RentAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _free.WaitAsync(cancellationToken);
        try
        {
            return new DuckDBConnectionLease(this, _idle.TryPop(out var idle) ? idle : Open());
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    /// <summary>Closes idle connections; rented ones are closed when they come back.</summary>
    public void Dispose()
    {
        _disposed = true;
        CloseIdle();
    }

    internal void Return(DuckDBConnection connection, bool reuse)
    {
        if (reuse && !connection.IsBusy && !_disposed)
        {
            _idle.Push(connection);
        }
        else
        {
            connection.Dispose();
        }

        _free.Release();
        if (_disposed)
        {
            CloseIdle();
        }
    }

    private DuckDBConnection Open()
    {
        var connection = _database.Connect();
        try
        {
            _prepare?.Invoke(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CloseIdle()
    {
        while (_idle.TryPop(out var connection))
        {
            connection.Dispose();
        }
    }
}
