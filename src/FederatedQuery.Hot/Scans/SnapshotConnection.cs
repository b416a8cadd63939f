using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>A connection lent by a read session for one COPY at a time.</summary>
internal sealed class SnapshotConnection : IDisposable
{
    /// <summary>Of another connection and its one statement, which does nothing but cancel; the server may be busy.</summary>
    private const int CancelTimeoutSeconds = 5;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly HotReadSession? _owner;
    private NpgsqlRawCopyStream? _stream;

    /// <param name="source">That it comes from.</param>
    /// <param name="connection">In a transaction.</param>
    /// <param name="owner">The session whose own connection this is; null when it is this object's to close.</param>
    public SnapshotConnection(NpgsqlDataSource source, NpgsqlConnection connection, HotReadSession? owner)
    {
        _source = source;
        _connection = connection;
        _owner = owner;
    }

    /// <summary>Begins <c>COPY (...) TO STDOUT</c>. The one before must have ended.</summary>
    /// <param name="copySql">The statement.</param>
    /// <param name="mayUseWorkers">Whether PostgreSQL may do it in several processes.</param>
    /// <param name="cancellationToken">Cancels it on the server while it has not given a row.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public NpgsqlRawCopyStream Begin(string copySql, bool mayUseWorkers, CancellationToken cancellationToken)
    {
        if (_owner is not null)
        {
            _owner.BeginCopy(mayUseWorkers);
        }
        else if (mayUseWorkers)
        {
            HotReadSession.Execute(_connection, HotReadSession.AllowWorkers);
        }

        // PostgreSQL says that it begins along with the first rows, for which it may work long; Npgsql has nothing to cancel that by.
        using var registration = cancellationToken.UnsafeRegister(static begun => ((SnapshotConnection)begun!).CancelBackend(), this);
        try
        {
            _stream = _connection.BeginRawBinaryCopy(copySql);
        }
        catch (PostgresException cancelled) when (cancelled.SqlState == PostgresErrorCodes.QueryCanceled && cancellationToken.IsCancellationRequested)
        {
            _owner?.RollBackCopy();
            throw new OperationCanceledException("The scan was given up.", cancelled, cancellationToken);
        }

        _stream.ReadTimeout = Timeout.Infinite;
        return _stream;
    }

    /// <summary>Ends the COPY after its last row was read.</summary>
    public void Complete()
    {
        _stream?.Dispose();
        _stream = null;
    }

    /// <summary>Gives up a COPY that still runs, without reading what is left of it.</summary>
    public void Dispose()
    {
        try
        {
            if (_stream is { } stream)
            {
                _stream = null;
                GiveUp(stream);
                _owner?.RollBackCopy();
            }
        }
        finally
        {
            if (_owner is not null)
            {
                _owner.Return();
            }
            else
            {
                _connection.Dispose();
            }
        }
    }

    /// <summary>From another connection. Begin does not end before this has, so that nothing else of this connection's is hit.</summary>
    private void CancelBackend()
    {
        try
        {
            using var connection = _source.OpenConnection();
            using var command = new NpgsqlCommand("SELECT pg_cancel_backend($1)", connection) { CommandTimeout = CancelTimeoutSeconds };
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _connection.ProcessID });
            command.ExecuteNonQuery();
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
            // It cannot be reached, or the connection has broken: what is to be cancelled ends with that.
        }
    }

    private static void GiveUp(NpgsqlRawCopyStream stream)
    {
        try
        {
            // Disposing alone would read to the end.
            stream.Cancel();
            stream.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // PostgreSQL has ended it, by an error that its reader was told.
        }
    }
}
