using System.Text;
using System.Text.Json.Nodes;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Federation.Tests.Materialized;

/// <summary>
/// Hot tables <c>users</c>, <c>sales</c> (by day, of which two have partitions) and <c>plain</c>, a cold table <c>events</c>; every JOIN and UNION is stored, however fast.
/// </summary>
internal sealed class MaterializedScene : IAsyncDisposable
{
    public const string Join = "SELECT u.name, sum(s.amount) AS total FROM sales s JOIN users u ON u.id = s.user_id GROUP BY ALL ORDER BY ALL";

    public static readonly TableIdentifier Events = new("default", "events");

    private static readonly Schema EventsSchema = new(
        0, new StructType([new NestedField(1, "id", PrimitiveType.Long, true), new NestedField(2, "kind", PrimitiveType.String, false)]), []);

    private MaterializedScene(GatewayServices services, MovedClock clock)
    {
        Services = services;
        Clock = clock;
    }

    public GatewayServices Services { get; }

    public MovedClock Clock { get; }

    public MaterializedResultStore Store => Services.Get<MaterializedResultStore>();

    public static async Task<MaterializedScene> StartAsync(PostgresFixture postgres, Action<MaterializationOptions>? configure = null)
    {
        var clock = new MovedClock();
        var services = await GatewayServices.StartAsync(postgres, more: collection => Configure(collection, clock, configure));
        var scene = new MaterializedScene(services, clock);
        await scene.ResetAsync();
        await services.Get<ColdCatalog>().Catalog.CreateTableAsync(Events, new NewTable { Schema = EventsSchema }, CancellationToken.None);
        await scene.AppendEventsAsync(1, 100);
        return scene;
    }

    /// <summary>Another process beside this one, with the same tables.</summary>
    public async Task<MaterializedScene> StartBesideAsync(Action<MaterializationOptions>? configure = null) =>
        new(await Services.StartBesideAsync(collection => Configure(collection, Clock, configure)), Clock);

    /// <summary>Makes the hot tables anew.</summary>
    public async Task ResetAsync()
    {
        await Services.ExecuteAsync("""
            DROP TABLE IF EXISTS plain, users, people, sales, sales_1;
            CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
            CREATE TABLE sales (id bigint, ts timestamptz NOT NULL, user_id bigint, amount numeric(12, 2)) PARTITION BY RANGE (ts);
            CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');
            CREATE TABLE sales_2 PARTITION OF sales FOR VALUES FROM ('2026-01-02') TO ('2026-01-03');
            CREATE TABLE plain (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE, note text);
            INSERT INTO users VALUES (1, 'Ada'), (2, 'Bob');
            INSERT INTO sales SELECT i, '2026-01-01'::timestamptz + i * interval '10 minutes', 1 + i % 2, i * 1.25 FROM generate_series(0, 199) AS g(i);
            INSERT INTO plain VALUES (1, 1, 'x'), (2, 2, 'y')
            """);
        Services.Get<TableRegistry>().Forget();
    }

    public async Task AppendEventsAsync(int from, int count)
    {
        var appender = Services.Get<ColdAppender>();
        var catalog = Services.Get<ColdCatalog>().Catalog;
        var table = await catalog.LoadTableAsync(Events, CancellationToken.None);
        using var lease = await Services.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        var files = await appender.WritePartitionAsync(
            lease.Connection, $"SELECT i AS id, 'k' || (i % 3) AS kind FROM range({from}, {from + count}) AS r(i)", table, PartitionData.Empty, CancellationToken.None);
        var staged = await appender.StageAsync(table, files, new Dictionary<string, string>(), CancellationToken.None);
        Assert.NotNull(await catalog.TryCommitAsync(staged, CancellationToken.None));
    }

    /// <summary>A compaction: one file in the place of all, with the same rows.</summary>
    public async Task RewriteEventsAsync(int from, int count)
    {
        var (stores, manifests) = (Services.Get<ObjectStoreRegistry>(), Services.Get<ManifestCache>());
        var catalog = Services.Get<ColdCatalog>().Catalog;
        var table = await catalog.LoadTableAsync(Events, CancellationToken.None);
        using var lease = await Services.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        var files = await Services.Get<ColdAppender>().WritePartitionAsync(
            lease.Connection, $"SELECT i AS id, 'k' || (i % 3) AS kind FROM range({from}, {from + count}) AS r(i)", table, PartitionData.Empty, CancellationToken.None);
        var plan = await new ScanPlanner(manifests).PlanAsync(TableScan.Of(table.Metadata), CancellationToken.None);
        var staged = await new TableCommitter(stores, manifests, new CommitOptions(), TimeProvider.System).StageAsync(
            table,
            [new RewriteFiles(table.Metadata.CurrentSnapshotId!.Value) { Removed = [.. plan.Tasks.Select(task => task.File)], Added = files.Files }],
            CancellationToken.None);
        Assert.NotNull(await catalog.TryCommitAsync(staged, CancellationToken.None));
    }

    public Task<QueryAnswer> RunAsync(string sql, JsonNode? parameters = null, int? limit = null) =>
        Services.Queries.RunFederatedAsync(new QueryRequest { Sql = sql, Parameters = parameters, Limit = limit }, CancellationToken.None);

    /// <summary>Where the answer came from, and its rows.</summary>
    public async Task<(DataSource Source, string Rows)> AskAsync(string sql)
    {
        using var answer = await RunAsync(sql);
        return (answer.DataSource, Text(answer));
    }

    /// <summary>Runs a statement until its stored result answers it.</summary>
    public async Task<string> WarmAsync(string sql)
    {
        for (var run = 0; run < 3; run++)
        {
            var (source, rows) = await AskAsync(sql);
            if (source == DataSource.Materialized)
            {
                return rows;
            }

            await IdleAsync();
        }

        throw new InvalidOperationException($"Not stored: {sql}");
    }

    public Task IdleAsync() => Services.Get<ResultWriter>().IdleAsync();

    public static string Text(QueryAnswer answer) => Encoding.UTF8.GetString(answer.RowsJson.Span);

    public ValueTask DisposeAsync() => Services.DisposeAsync();

    private static void Configure(IServiceCollection collection, MovedClock clock, Action<MaterializationOptions>? configure)
    {
        collection.AddSingleton<TimeProvider>(clock);
        collection.Configure<MaterializationOptions>(options =>
        {
            options.MinimumTime = TimeSpan.Zero;
            configure?.Invoke(options);
        });
    }
}

/// <summary>A scene for all tests of a class.</summary>
public sealed class SharedScene : IAsyncLifetime
{
    internal MaterializedScene Scene { get; private set; } = null!; // set before the first test runs

    public async Task InitializeAsync()
    {
        var postgres = new PostgresFixture();
        await postgres.InitializeAsync();
        Scene = await MaterializedScene.StartAsync(postgres);
    }

    public async Task DisposeAsync() => await Scene.DisposeAsync();
}

/// <summary>The system's clock, so much later.</summary>
internal sealed class MovedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
