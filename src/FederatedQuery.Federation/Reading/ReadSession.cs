using FederatedQuery.Cold;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Publication;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Federation.Reading;

/// <summary>
/// One snapshot of Postgres and, read within it, the catalog rows that say which cold snapshots belong to it. Everything that one request
/// reads, it reads through one session: a row that a move takes from one tier to the other in the meantime is seen exactly once.
/// </summary>
public sealed class ReadSession : IAsyncDisposable
{
    /// <summary>The published state of a table is gone only while a move is under way, if ever.</summary>
    private const int MaximumAttempts = 5;

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
    /// <param name="exactly">Whether the descriptions of <paramref name="tables"/> may be made anew, so that the smallest difference counts; false: only where a name means another column now.</param>
    /// <param name="question">What else is to be asked of the snapshot as it is taken; null: nothing.</param>
    /// <param name="cancellationToken">Gives up; nothing stays open.</param>
    /// <exception cref="ColumnsChangedException">A table has other columns than it is described with.</exception>
    public static async Task<ReadSession> OpenAsync(
        PostgresConnections connections, ColdTables coldTables, IReadOnlyCollection<RegisteredTable> tables, TimeSpan lockTimeout,
        bool exactly, SessionQuestion? question, CancellationToken cancellationToken)
    {
        var locked = tables.Where(table => table.Hot is { CanBeLocked: true }).Select(table => table.Hot!.Name).Distinct().ToList();
        for (var attempt = 1; ; attempt++)
        {
            var catalog = new CatalogState(coldTables, tables);
            var described = new DescribedTables(tables);
            var questions = described.AddTo(question?.AddTo(catalog.Questions) ?? catalog.Questions);
            var hot = await HotReadSession.OpenAsync(connections.Owner, locked, lockTimeout, questions, cancellationToken);
            try
            {
                described.Require(exactly);
                return new ReadSession(hot, Named(tables, coldTables.AreInRestCatalog
                    ? await FindPublishedAsync(hot, coldTables, tables, cancellationToken)
                    : await catalog.LoadAsync(cancellationToken)));
            }
            catch (StateGoneException) when (attempt < MaximumAttempts)
            {
                await hot.DisposeAsync();
            }
            catch (StateGoneException gone)
            {
                await hot.DisposeAsync();
                throw new FederatedQueryException(
                    FailureKind.ColdTier,
                    $"Table '{gone.Table}' is not to be read at present: its catalog does not list the snapshot that belongs to its rows in PostgreSQL. Was it expired or rolled back by another engine, or does the catalog answer from an old state?");
            }
            catch
            {
                await hot.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>The cold side of a table of this session, with columns by the names of its description; null when it has none (yet).</summary>
    public ColdTable? Cold(RegisteredTable table) => _cold[table.Identifier];

    public ValueTask DisposeAsync() => Hot.DisposeAsync();

    /// <summary>
    /// Statements name columns by the descriptions of the hot tables. A cold table has the same names but for the seconds around a change of them, in which either side may be ahead; so
    /// its columns are found by what outlives names.
    /// </summary>
    private static Dictionary<TableIdentifier, ColdTable?> Named(IReadOnlyCollection<RegisteredTable> tables, Dictionary<TableIdentifier, ColdTable?> cold)
    {
        foreach (var table in tables)
        {
            if (table is { Hot: { } hot, Tiering: not null } && cold[table.Identifier] is { } found)
            {
                cold[table.Identifier] = found.NamedAs(hot.AsSource);
            }
        }

        return cold;
    }

    private static async Task<Dictionary<TableIdentifier, ColdTable?>> FindPublishedAsync(
        HotReadSession hot, ColdTables coldTables, IReadOnlyCollection<RegisteredTable> tables, CancellationToken cancellationToken)
    {
        var cold = new Dictionary<TableIdentifier, ColdTable?>();
        foreach (var table in tables.DistinctBy(table => table.Identifier))
        {
            cold[table.Identifier] = await FindPublishedAsync(hot, coldTables, table, cancellationToken);
        }

        return cold;
    }

    /// <summary>
    /// Of a table in a REST catalog, the state that belongs to this snapshot of Postgres. The catalog knows nothing of that, and is asked after Postgres: rows that
    /// have moved in between are then in its newest state, which says so, and not in the published one.
    /// </summary>
    private static async Task<ColdTable?> FindPublishedAsync(
        HotReadSession hot, ColdTables coldTables, RegisteredTable table, CancellationToken cancellationToken)
    {
        if (table.Hot is not null && await PublicationStore.FindAsync(hot.Connection, table.Hot.Name, cancellationToken) is { } published)
        {
            var newest = await coldTables.FindAsync(table.Identifier, null, cancellationToken);
            return newest?.AsPublished(published.ChangeId, published.SnapshotId) ?? throw new StateGoneException(table.Identifier);
        }

        if (table.Tiering is not null)
        {
            throw OtherCatalog(table, "the catalog in PostgreSQL", "rest", "sql");
        }

        // A table that the catalog does not have need not be asked for twice.
        return table.Cold is null ? null : await coldTables.FindAsync(table.Identifier, null, cancellationToken);
    }

    private static FederatedQueryException OtherCatalog(RegisteredTable table, string where, string catalog, string other) => new(
        FailureKind.ColdTier,
        $"Table '{table.Identifier}' is tiered, and its cold rows are in {where}, while ICEBERG_CATALOG is {catalog}. With ICEBERG_CATALOG={other} all of its rows are read.");

    /// <summary>Of tables in the catalog in PostgreSQL, the states that belong to the session's snapshot; asked for as it is opened.</summary>
    private sealed class CatalogState
    {
        private readonly ColdTables _coldTables;
        private readonly List<TableIdentifier> _tables = [];
        private readonly Dictionary<TableIdentifier, TableLocation?> _locations = [];

        /// <exception cref="FederatedQueryException">A table's cold rows are in another catalog.</exception>
        public CatalogState(ColdTables coldTables, IReadOnlyCollection<RegisteredTable> tables)
        {
            _coldTables = coldTables;
            if (!coldTables.AreInRestCatalog)
            {
                _tables.AddRange(tables.DistinctBy(table => table.Identifier).Select(table => table.Tiering?.PublishedSnapshotId is null
                    ? table.Identifier
                    : throw OtherCatalog(table, "a REST catalog", "sql", "rest")));
            }
        }

        public SessionQuestions Questions => new(
            [.. _tables.Select(_coldTables.Locate)],
            async (i, reader, cancellationToken) => _locations[_tables[i]] = await SqlCatalog.ReadLocationAsync(reader, cancellationToken));

        public async Task<Dictionary<TableIdentifier, ColdTable?>> LoadAsync(CancellationToken cancellationToken)
        {
            var cold = new Dictionary<TableIdentifier, ColdTable?>();
            foreach (var table in _tables)
            {
                cold[table] = _locations[table] is { } location ? await _coldTables.LoadAsync(table, location, cancellationToken) : null;
            }

            return cold;
        }
    }

    private sealed class StateGoneException(TableIdentifier table) : Exception
    {
        public TableIdentifier Table { get; } = table;
    }
}
