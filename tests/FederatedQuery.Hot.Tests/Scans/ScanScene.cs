using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Testing;

namespace FederatedQuery.Hot.Tests.Scans;

/// <summary>A table <c>t</c>, a read session on it and a DuckDB that scans it.</summary>
internal sealed class ScanScene : IAsyncDisposable
{
    private readonly HotScanRegistry _registry = new();
    private readonly DuckDBDatabase _duckDb = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;

    private ScanScene(HotDatabase database, HotReadSession session, PostgresTable table)
    {
        Database = database;
        Session = session;
        Table = table;
        _connection = _duckDb.Connect();
        foreach (var function in PredicateFunctions.All)
        {
            _connection.RegisterScalarFunction(function);
        }

        _connection.RegisterTableFunction(new HotScanFunction(_registry, TimeProvider.System));
    }

    public HotDatabase Database { get; }

    public HotReadSession Session { get; }

    public PostgresTable Table { get; }

    public static async Task<ScanScene> StartAsync(PostgresFixture postgres, string sql, TimeSpan lockTimeout)
    {
        var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(sql);
        var session = await HotReadSession.OpenAsync(database.Connections.Owner, [TableName.InPublic("t")], lockTimeout, CancellationToken.None);
        var table = await PostgresIntrospector.FindAsync(session.Connection, TableName.InPublic("t"), CancellationToken.None);
        return new ScanScene(database, session, table!);
    }

    public HotScanLease Scan(Expression? predicate = null, int maximumThreads = 1) =>
        _registry.Register(new HotScan(Session, Table, schema: null, predicate, maximumThreads));

    /// <summary>A scan of what was made after the session's snapshot is none of its business, but for views: those name tables only.</summary>
    public async Task<HotScanLease> ScanAsync(string name)
    {
        await using var session = await HotReadSession.OpenAsync(Database.Connections.Owner, [], TimeSpan.FromSeconds(1), CancellationToken.None);
        var table = await PostgresIntrospector.FindAsync(session.Connection, TableName.InPublic(name), CancellationToken.None);
        return _registry.Register(new HotScan(Session, table!));
    }

    public string Single(string sql, CancellationToken cancellationToken = default) => Assert.Single(Rows(sql, cancellationToken));

    public List<string> Rows(string sql, CancellationToken cancellationToken = default)
    {
        using var result = _connection.Query(sql, cancellationToken: cancellationToken);
        var rows = new List<string>();
        foreach (var chunk in result.ReadChunks())
        {
            rows.AddRange(Enumerable.Range(0, chunk.Count).Select(row => VectorText.Row(chunk, row)));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _duckDb.Dispose();
        await Session.DisposeAsync();
        await Database.DisposeAsync();
    }

}
