using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// A read session for all that one request reads of some tables: one state of both tiers. Reads may run at the same time; those of the hot tier take turns, over one connection.
/// Dispose of it when they are over.
/// </summary>
public sealed class RowSession : IAsyncDisposable
{
    private readonly IDisposable _place;
    private readonly HashSet<TableIdentifier> _tables;
    private readonly SemaphoreSlim _hotTurn = new(1, 1);

    internal RowSession(ReadSession session, IDisposable place, IEnumerable<RegisteredTable> tables, Caller caller)
    {
        Session = session;
        _place = place;
        _tables = [.. tables.Select(table => table.Identifier)];
        Caller = caller;
    }

    /// <summary>Whose budget of cold bytes its reads draw on.</summary>
    public Caller Caller { get; }

    internal ReadSession Session { get; }

    /// <summary>Whether it was opened for a table.</summary>
    public bool Covers(RegisteredTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return _tables.Contains(table.Identifier);
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        _place.Dispose();
        _hotTurn.Dispose();
    }

    /// <summary>Waits until no other read uses the hot connection; dispose of the result to let others.</summary>
    internal async Task<IDisposable> TakeHotTurnAsync(CancellationToken cancellationToken)
    {
        await _hotTurn.WaitAsync(cancellationToken);
        return new Turn(_hotTurn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        private SemaphoreSlim? _turn = turn;

        public void Dispose() => Interlocked.Exchange(ref _turn, null)?.Release();
    }
}
