using FederatedQuery.Cold;
using FederatedQuery.Cold.Analytics;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Analytics;
using FederatedQuery.Tiering.Tests.Moves;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Tests.Analytics;

/// <summary>A second catalog that knows nothing of <c>overwrite</c>; the gateway's own, which does, is tried in the functional tests.</summary>
public class AnalyticsSyncTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly TableIdentifier Events = new("default", "events");
    private static readonly TableIdentifier Extra = new("default", "extra");

    private TestRestServer _server = null!; // set before each test

    public async Task InitializeAsync() => _server = await TestRestServer.StartAsync(ObjectStoreRegistry.ForFolder(Path.GetTempPath(), TimeProvider.System));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task RunOnce_AfterEachChange_SecondCatalogHasTheNewest()
    {
        await using var scene = await StartAsync();
        var sync = scene.Tiers.Get<AnalyticsSync>();
        await RunAsync(sync);
        Assert.Equal(await OwnAsync(scene), await SecondAsync(Events));

        await scene.ArchiveAsync();
        Assert.NotEqual(await OwnAsync(scene), await SecondAsync(Events));
        // Two processes at once do it once.
        var another = new AnalyticsSync(
            scene.Tiers.Get<AnalyticsCatalog>(), scene.Tiers.Get<ColdCatalog>(), scene.Tiers.Get<AnalyticsTableStore>(), scene.Tiers.Get<AnalyticsMetrics>(),
            scene.Tiers.Get<IOptions<TieringOptions>>(), TimeProvider.System, NullLogger<AnalyticsSync>.Instance);
        _server.Log.Clear();
        await Task.WhenAll(RunAsync(sync), RunAsync(another));
        Assert.Equal(await OwnAsync(scene), await SecondAsync(Events));
        Assert.Equal(["409", "200"], _server.Log.Where(line => line.Contains("/register ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]));

        // Nothing has changed: nothing is asked.
        _server.Log.Clear();
        await RunAsync(sync);
        Assert.Empty(_server.Log);

        var catalog = scene.Tiers.Get<ColdCatalog>().Current;
        await catalog.CreateTableAsync(Extra, new NewTable { Schema = new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long)) }, CancellationToken.None);
        await RunAsync(sync);
        Assert.NotNull(await SecondAsync(Extra));
        await catalog.DropTableAsync(Extra, CancellationToken.None);
        await RunAsync(sync);
        Assert.Null(await SecondAsync(Extra));
        Assert.Equal(await OwnAsync(scene), await SecondAsync(Events));
        var known = Assert.Single(await sync.StateAsync(CancellationToken.None));
        Assert.Equal(("events", await OwnAsync(scene), null, 0), (known.Name, known.MetadataLocation, known.LastError, known.Failures));
    }

    [Fact]
    public async Task RunOnce_SecondCatalogWasDown_CatchesUp()
    {
        await using var scene = await StartAsync();
        var sync = scene.Tiers.Get<AnalyticsSync>();
        await RunAsync(sync);
        _server.Before = async context =>
        {
            await TestRestServer.AnswerAsync(context, 503, "{}");
            return true;
        };

        await scene.ArchiveAsync();
        await RunAsync(sync);
        await RunAsync(sync);
        var behind = Assert.Single(await sync.StateAsync(CancellationToken.None));
        Assert.Equal((1, 1L), (behind.Failures, scene.Tiers.Get<AnalyticsMetrics>().Behind));
        Assert.Contains("503", behind.LastError, StringComparison.Ordinal);
        var setup = await scene.Tiers.Get<AnalyticsService>().SetUpAsync(CancellationToken.None);
        Assert.False(setup.Success);
        Assert.StartsWith("0 tables are registered in the REST catalog at ", setup.Message, StringComparison.Ordinal);

        _server.Before = _ => Task.FromResult(false);
        setup = await scene.Tiers.Get<AnalyticsService>().SetUpAsync(CancellationToken.None);
        Assert.Equal((true, "events"), (setup.Success, Assert.Single(setup.RegisteredTables)));
        Assert.Equal(await OwnAsync(scene), await SecondAsync(Events));
        Assert.Equal(0, scene.Tiers.Get<AnalyticsMetrics>().Behind);
    }

    [Fact]
    public async Task RunOnce_SecondCatalogWasChangedByOthers_IsPutRightOrLeftAlone()
    {
        await using var scene = await StartAsync();
        var sync = scene.Tiers.Get<AnalyticsSync>();
        using var client = Client();
        await RunAsync(sync);

        // Somebody drops the entry: a round that verifies finds out.
        await client.DropTableAsync(Events, CancellationToken.None);
        await RunAsync(sync);
        Assert.Null(await SecondAsync(Events));
        await RunAsync(sync, verify: true);
        Assert.Equal(await OwnAsync(scene), await SecondAsync(Events));

        // Somebody puts a table of his own there.
        await client.DropTableAsync(Events, CancellationToken.None);
        var others = await client.CreateTableAsync(Events, new NewTable { Schema = new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long)) }, CancellationToken.None);
        await RunAsync(sync, verify: true);
        Assert.Equal(others.MetadataLocation, await SecondAsync(Events));
        Assert.Contains("has another table 'default.events'", Assert.Single(await sync.StateAsync(CancellationToken.None)).LastError, StringComparison.Ordinal);
        await client.DropTableAsync(Events, CancellationToken.None);
        await RunAsync(sync, verify: true);
        Assert.Equal(await OwnAsync(scene), await SecondAsync(Events));
    }

    [Fact]
    public async Task SetUp_NoCatalogOrLocalTablesForGlue_SaysWhatToSet()
    {
        await using var off = await MoveScene.StartAsync(postgres);
        var setup = await off.Tiers.Get<AnalyticsService>().SetUpAsync(CancellationToken.None);
        Assert.Equal((false, 0), (setup.Success, setup.RegisteredTables.Count));
        Assert.Contains("ANALYTICS_INTEGRATION_ENABLED=true", setup.Message, StringComparison.Ordinal);

        await using var glue = await MoveScene.StartAsync(
            postgres, configureCold: options => options.Analytics = new AnalyticsCatalogOptions { GlueCatalogId = "123456789012", GlueEndpoint = _server.Address });
        setup = await glue.Tiers.Get<AnalyticsService>().SetUpAsync(CancellationToken.None);
        Assert.False(setup.Success);
        Assert.Contains("the engines of AWS Glue's catalog 123456789012 read S3 alone. Set S3_TABLE_BUCKET", setup.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Log);
    }

    private Task<MoveScene> StartAsync() => MoveScene.StartAsync(
        postgres, configureCold: options => options.Analytics = new AnalyticsCatalogOptions { Rest = Options() });

    private RestCatalogOptions Options() => new() { Uri = _server.Address, MaxRetries = 0 };

    private RestCatalog Client() => new(Options(), _server.Stores, TimeProvider.System);

    private static Task RunAsync(AnalyticsSync sync, bool verify = false) => sync.RunOnceAsync(verify, CancellationToken.None);

    private static async Task<string> OwnAsync(MoveScene scene) =>
        (await scene.Tiers.Get<ColdCatalog>().Current.LoadTableAsync(Events, CancellationToken.None)).MetadataLocation;

    private async Task<string?> SecondAsync(TableIdentifier identifier)
    {
        using var client = Client();
        try
        {
            return (await client.LoadTableAsync(identifier, CancellationToken.None)).MetadataLocation;
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            return null;
        }
    }
}
