using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>A connection lent by a read session for one COPY at a time.</summary>
internal sealed class SnapshotConnection : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly HotReadSession? _owner;
    private NpgsqlRawCopyStream? _stream;

    /// <param name="connection">In a transaction.</param>
    /// <param name="owner">The session whose own connection this is; null when it is this object's to close.</param>
    public SnapshotConnection(NpgsqlConnection connection, HotReadSession? owner)
    {
        _connection = connection;
        _owner = owner;
    }

    /// <summary>Begins <c>COPY (...) TO STDOUT</c>. The one before must have ended.</summary>
    /// <param name="copySql">The statement.</param>
    /// <param name="mayUseWorkers">Whether PostgreSQL may do it in several processes.</param>
    public NpgsqlRawCopyStream Begin(string copySql, bool mayUseWorkers = false)
    {
        if (_owner is not null)
        {
            _owner.BeginCopy(mayUseWorkers);
        }
        else if (mayUseWorkers)
        {
            HotReadSession.Execute(_connection, HotReadSession.AllowWorkers);
        }

        _stream = _connection.BeginRawBinaryCopy(copySql);
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
