using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Publication;

/// <summary>
/// A tiered table <c>events(id, at, amount, note)</c> whose cold rows are in a REST catalog, with 1,000 rows on each of 2026-02-01 and 2026-02-02, and
/// processes that may die.
/// </summary>
internal sealed class RestScene : IAsyncDisposable
{
    public const string Everything = "2000 | 2000 | 19990.00";
    public static readonly DateOnly First = new(2026, 2, 1);
    public static readonly TableIdentifier Events = new("default", "events");

    private readonly TemporaryFolder _folder = new();
    private readonly List<TieringScene> _processes = [];
    private NpgsqlConnectionStringBuilder _settings = null!; // set before the first process starts
    private Action<TieringOptions>? _configure;
    private volatile bool _isCutOff;

    public TestRestServer Server { get; private set; } = null!; // set before the first process starts

    /// <summary>The newest process.</summary>
    public TieringScene Tiers => _processes[^1];

    public TableMover Mover => Tiers.Get<TableMover>();

    /// <summary>Answers of the catalog that are lost: true for a request whose effect takes place and whose answer does not come.</summary>
    public Func<HttpContext, bool> Loses { get; set; } = _ => false;

    /// <param name="postgres">The server.</param>
    /// <param name="configure">False: the table is there, and not tiered.</param>
    /// <param name="options">Of all processes.</param>
    public static async Task<RestScene> StartAsync(PostgresFixture postgres, bool configure = true, Action<TieringOptions>? options = null)
    {
        var scene = new RestScene { _configure = options, _settings = await postgres.CreateDatabaseAsync("published") };
        var warehouse = scene._folder.File("warehouse");
        Directory.CreateDirectory(warehouse);
        scene.Server = await TestRestServer.StartAsync(ObjectStoreRegistry.ForFolder(warehouse, TimeProvider.System), new Uri(warehouse).AbsoluteUri);
        scene.Server.Before = context =>
        {
            if (scene._isCutOff)
            {
                context.Abort();
                return Task.FromResult(true);
            }

            if (scene.Loses(context))
            {
                context.Response.OnStarting(() =>
                {
                    context.Abort();
                    return Task.CompletedTask;
                });
            }

            return Task.FromResult(false);
        };
        await scene.StartProcessAsync();
        await scene.Tiers.ExecuteAsync("""
            CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-02-02 00:00+00');
            CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-02 00:00+00') TO ('2026-02-03 00:00+00');
            CREATE TABLE events_rest PARTITION OF events DEFAULT;
            INSERT INTO events SELECT g, timestamptz '2026-02-01 00:00+00' + g * interval '86.4 seconds', g * 0.01, 'note ' || g % 7 FROM generate_series(0, 1999) g
            """);
        if (configure)
        {
            await scene.ConfigureAsync();
        }

        return scene;
    }

    public Task<TieredTable> ConfigureAsync() => Tiers.Get<TieringService>().ConfigureAsync(
        new ConfigureTiering { TableName = "events", TimeColumn = "at" }, CancellationToken.None);

    /// <summary>A process on the same database and catalog; those before it stay as they are.</summary>
    public async Task<TieringScene> StartProcessAsync()
    {
        var process = await TieringScene.StartAsync(
            _settings, _folder, ownsFolder: false, stores: null,
            options =>
            {
                options.LockAttempts = 3;
                options.LockTimeout = TimeSpan.FromMilliseconds(100);
                _configure?.Invoke(options);
            },
            options =>
            {
                options.CacheDirectory = _folder.File(string.Create(CultureInfo.InvariantCulture, $"cache{_processes.Count}"));
                options.RestCatalog = new RestCatalogOptions
                {
                    Uri = Server.Address,
                    MaxRetries = 1,
                    MaxRetryDelay = TimeSpan.FromMilliseconds(20),
                    RequestTimeout = TimeSpan.FromSeconds(10),
                };
            });
        _processes.Add(process);
        return process;
    }

    /// <summary>Cuts the process off from PostgreSQL and the catalog at a step, for good: as far as they can tell it is dead.</summary>
    public Task DieAsync(MoveStep step)
    {
        var dying = Mover;
        return DieAsync(step, hook => dying.AfterStep = hook, () => MoveAsync(First));
    }

    /// <inheritdoc cref="DieAsync(MoveStep)"/>
    /// <param name="hook">Sets what is called between the steps of the work.</param>
    public async Task DieAsync(MoveStep step, Action<Func<MoveStep, Task>> hook, Func<Task> work)
    {
        hook(async reached =>
        {
            if (reached == step)
            {
                _isCutOff = true;
                await using var other = new NpgsqlConnection(_settings.ConnectionString);
                await other.OpenAsync();
                await using var kill = new NpgsqlCommand(
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", other);
                await kill.ExecuteScalarAsync();
                hook(_ => throw new TimeoutException("dead"));
                throw new TimeoutException("dead");
            }
        });
        await Assert.ThrowsAnyAsync<Exception>(work);
        _isCutOff = false;
        await StartProcessAsync();
    }

    public async Task<MoveResult> MoveAsync(DateOnly day)
    {
        var table = await TableAsync();
        var units = await Tiers.Get<ArchiveJob>().FindAsync(table, TieringScene.Now, CancellationToken.None);
        return await Mover.MoveAsync(table, units.Single(unit => unit.Day == day), null, CancellationToken.None);
    }

    public async Task<(long Rows, int Days)> ArchiveAsync()
    {
        var job = Tiers.Get<ArchiveJob>();
        var table = await TableAsync();
        return await job.ArchiveAsync(table, job.CutoffOf(table, TieringScene.Now), new JobProgress(), CancellationToken.None);
    }

    public async Task<TieredTable> TableAsync() =>
        (await Tiers.Get<TieredTableStore>().FindAsync(TableName.InPublic("events"), CancellationToken.None))!;

    public Task<string> AllAsync() => Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id), sum(amount) FROM events");

    public Task<long> HotAsync() => Tiers.ScalarAsync<long>("SELECT count(*) FROM events");

    public async Task<long> ColdAsync() => long.Parse(await Tiers.ColdAsync("SELECT count(*) FROM events"), CultureInfo.InvariantCulture);

    /// <summary>As other engines see it.</summary>
    public async Task<CatalogTable> LoadAsync() => await Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None);

    public async Task<long> MainAsync() => (await LoadAsync()).Metadata.CurrentSnapshot is { } snapshot
        ? long.Parse(snapshot.Summary["total-records"], CultureInfo.InvariantCulture)
        : 0;

    /// <summary>Nothing is under way, at either side, and nothing is left over.</summary>
    public Task AssertSettledAsync() => AssertSettledAsync(Events);

    /// <inheritdoc cref="AssertSettledAsync()"/>
    /// <param name="identifier">Of the only table that is tiered.</param>
    public async Task AssertSettledAsync(TableIdentifier identifier)
    {
        Assert.Equal(0L, await Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.publication_intents"));
        var table = (await Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(identifier, CancellationToken.None)).Metadata;
        Assert.All(table.Refs.Keys, name => Assert.Equal(SnapshotRef.MainBranch, name));
        Assert.Equal(
            table.Properties.GetValueOrDefault(ColdBranches.LastChangeProperty),
            await Tiers.ScalarAsync<object>("SELECT coalesce(change_id::text, 'none') FROM federated_query.publications") is "none" ? null : await Tiers.ScalarAsync<string>(
                "SELECT change_id::text FROM federated_query.publications"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
