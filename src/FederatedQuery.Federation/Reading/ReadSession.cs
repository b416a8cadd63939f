using FederatedQuery.Cold;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Federation.Reading;

/// <summary>
/// One snapshot of Postgres and, read within it, the catalog rows that say which cold snapshots belong to it. Everything that one request
/// reads, it reads through one session: a row that a move takes from one tier to the other in the meantime is seen exactly once.
/// </summary>
public sealed class ReadSession : IAsyncDisposable
{
    private readonly Dictionary<TableIdentifier, ColdTable?> _cold;

    private ReadSession(HotReadSession hot, Dictionary<TableIdentifier, ColdTable?> cold)
    {
        Hot = hot;
        _cold = cold;
    }

    public HotReadSession Hot { get; }

    /// <param name="connections">To Postgres.</param>
    /// <param name="coldTables">Reads the catalog within the snapshot.</param>
    /// <param name="tables">All that will be read.</param>
    /// <param name="lockTimeout">How long to wait for tables that an exclusive lock holds.</param>
    /// <param name="cancellationToken">Gives up; nothing stays open.</param>
    public static async Task<ReadSession> OpenAsync(
        PostgresConnections connections, ColdTables coldTables, IReadOnlyCollection<RegisteredTable> tables, TimeSpan lockTimeout,
        CancellationToken cancellationToken)
    {
        if (coldTables.AreInRestCatalog && tables.FirstOrDefault(table => table.Tiering is not null) is { } tiered)
        {
            throw new FederatedQueryException(
                FailureKind.ColdTier,
                $"Table '{tiered.Identifier}' is tiered, and its cold rows are in the catalog in PostgreSQL, while ICEBERG_CATALOG is rest. With ICEBERG_CATALOG=sql all of its rows are read.");
        }

        var locked = tables.Where(table => table.Hot is not null).Select(table => table.Hot!.Name).Distinct().ToList();
        var hot = await HotReadSession.OpenAsync(connections.Owner, locked, lockTimeout, cancellationToken);
        try
        {
            var cold = new Dictionary<TableIdentifier, ColdTable?>();
            foreach (var table in tables.DistinctBy(table => table.Identifier))
            {
                // The first of these takes the snapshot: the locks are held by now. A REST catalog knows nothing of it, and need not be asked twice for
                // a table that it does not have.
                cold[table.Identifier] = table.Cold is null && coldTables.AreInRestCatalog
                    ? null
                    : await coldTables.FindAsync(table.Identifier, hot.Transaction, cancellationToken);
            }

            return new ReadSession(hot, cold);
        }
        catch
        {
            await hot.DisposeAsync();
            throw;
        }
    }

    /// <summary>The cold side of a table of this session; null when it has none (yet).</summary>
    public ColdTable? Cold(RegisteredTable table) => _cold[table.Identifier];

    public ValueTask DisposeAsync() => Hot.DisposeAsync();
}
