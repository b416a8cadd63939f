namespace FederatedQuery.DuckDb;

/// <summary>A rented connection, given back by <see cref="Dispose"/>.</summary>
public sealed class DuckDBConnectionLease : IDisposable
{
    private readonly DuckDBConnectionPool _pool;
    private DuckDBConnection? _connection;
    private bool _discarded;

    internal DuckDBConnectionLease(DuckDBConnectionPool pool, DuckDBConnection connection)
    {
        _pool = pool;
        _connection = connection;
    }

    public DuckDBConnection Connection => _connection ?? throw new ObjectDisposedException(nameof(DuckDBConnectionLease));

    /// <summary>The connection is not to be reused: its state is not known, or not as others expect it.</summary>
    public void Discard() => _discarded = true;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            _pool.Return(connection, reuse: !_discarded);
        }
    }
}
