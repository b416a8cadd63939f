using FederatedQuery.Cold;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.Tests.Publication;

namespace FederatedQuery.Tiering.Tests.Loading;

/// <summary>Rows straight to cold tables of a REST catalog, which has no part in PostgreSQL's transactions.</summary>
public class RestLoadTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>400 rows, one every 6 hours, the newest at 2026-03-15 06:00; the 30 hot days hold 122 of them.</summary>
    private const string Rows =
        "SELECT i AS id, TIMESTAMP '2026-03-15 06:00:00' - i * INTERVAL 6 HOUR AS moment, (i * 0.25)::DECIMAL(10,2) AS amount FROM range(400) AS numbers(i)";

    private const string Summary = "SELECT count(*), count(DISTINCT id), sum(amount)::DECIMAL(12,2) FROM t";
    private const string All = "400 | 400 | 19950.00";

    private static readonly TableIdentifier Table = new("default", "t");

    [Fact]
    public async Task Load_OldAndNewRows_AreInTheirTiersAndAtTheCatalog()
    {
        await using var scene = await RestScene.StartAsync(postgres, configure: false);

        var made = await LoadAsync(scene, Rows);
        Assert.Equal((true, 122, 278), (made.Created, made.HotRows, made.ColdRows));
        Assert.Equal(All, await scene.Tiers.FederatedAsync(Summary));
        Assert.Equal(278, await MainAsync(scene));

        var added = await LoadAsync(scene, $"SELECT id + 1000 AS id, moment, amount FROM ({Rows})");
        Assert.Equal((false, 122, 278), (added.Created, added.HotRows, added.ColdRows));
        Assert.Equal("800 | 800 | 39900.00", await scene.Tiers.FederatedAsync(Summary));
        Assert.Equal(556, await MainAsync(scene));
        Assert.Equal("556 | load", await scene.Tiers.ScalarAsync<string>("SELECT sum(rows) || ' | ' || min(kind) FROM federated_query.moves WHERE table_name = 't'"));
        await scene.AssertSettledAsync(Table);
    }

    [Fact]
    public async Task Load_ColdOnly_IsOneCommit()
    {
        await using var scene = await RestScene.StartAsync(postgres, configure: false);

        var made = await LoadAsync(scene, Rows, LoadTiers.ColdOnly);
        await LoadAsync(scene, $"SELECT id + 1000 AS id, moment, amount FROM ({Rows})", LoadTiers.ColdOnly);

        Assert.Equal((true, 0, 400), (made.Created, made.HotRows, made.ColdRows));
        Assert.Equal("800 | 800 | 39900.00", await scene.Tiers.ColdAsync(Summary));
        Assert.Equal(800L, await scene.Tiers.ScalarAsync<long>("SELECT sum(rows)::bigint FROM federated_query.moves WHERE table_name = 't'"));
        Assert.Equal(0L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.publication_intents"));
    }

    [Fact]
    public async Task Load_HotHalfIsRefused_LeavesNothing()
    {
        await using var scene = await RestScene.StartAsync(postgres, configure: false);
        await LoadAsync(scene, Rows);

        var error = await Assert.ThrowsAsync<TieringException>(() => LoadAsync(scene, $"SELECT CASE WHEN moment < '2026-02-13' THEN id + 1000 ELSE id END AS id, moment, amount FROM ({Rows})"));

        Assert.StartsWith("PostgreSQL refuses the rows", error.Message, StringComparison.Ordinal);
        Assert.Equal(All, await scene.Tiers.FederatedAsync(Summary));
        Assert.Equal(278, await MainAsync(scene));
        await scene.AssertSettledAsync(Table);
        await AssertNoOtherFilesAsync(scene);
    }

    [Fact]
    public async Task Load_NewTableIsRefused_LeavesNoTable()
    {
        await using var scene = await RestScene.StartAsync(postgres, configure: false);
        var request = Request(Rows, LoadTiers.Both) with { ForeignKeys = [new ForeignKey("id", "nosuch", "id")] };

        await Assert.ThrowsAnyAsync<Exception>(() => scene.Tiers.Get<TableLoader>().LoadAsync(request, null, CancellationToken.None));

        await Assert.ThrowsAsync<Iceberg.IcebergException>(() => LoadTableAsync(scene));
        await LoadAsync(scene, Rows);
        Assert.Equal(All, await scene.Tiers.FederatedAsync(Summary));
    }

    [Theory]
    [InlineData(nameof(MoveStep.Staged), true)]
    [InlineData(nameof(MoveStep.Committed), true)]
    [InlineData(nameof(MoveStep.Staged), false)]
    [InlineData(nameof(MoveStep.Committed), false)]
    public async Task Load_ProcessDies_HasHappenedAsAWholeOrNotAtAll(string stepName, bool isNew)
    {
        var step = Enum.Parse<MoveStep>(stepName);
        await using var scene = await RestScene.StartAsync(postgres, configure: false);
        const string More = $"SELECT id + 1000 AS id, moment, amount FROM ({Rows})";
        if (!isNew)
        {
            await LoadAsync(scene, Rows);
        }

        var dying = scene.Tiers.Get<RestLoadWriter>();
        await scene.DieAsync(step, hook => dying.AfterStep = hook, () => LoadAsync(scene, isNew ? Rows : More));
        if (step == MoveStep.Committed)
        {
            // Read before anybody has brought it to main.
            Assert.Equal(isNew ? All : "800 | 800 | 39900.00", await scene.Tiers.FederatedAsync(Summary));
            Assert.Equal(isNew ? 0 : 278, await MainAsync(scene));
        }
        else
        {
            await LoadAsync(scene, isNew ? Rows : More);
        }

        // As the loop that archives does.
        var tiering = await scene.Tiers.Get<TieredTableStore>().FindAsync(TableName.InPublic("t"), CancellationToken.None);
        await scene.Tiers.Get<TablePublisher>().SettleAsync(tiering!, CancellationToken.None);
        Assert.Equal(isNew ? All : "800 | 800 | 39900.00", await scene.Tiers.FederatedAsync(Summary));
        Assert.Equal(isNew ? 278 : 556, await MainAsync(scene));
        await scene.AssertSettledAsync(Table);
        await AssertNoOtherFilesAsync(scene);
    }

    private static LoadRequest Request(string rows, LoadTiers tiers) => new() { TableName = "t", Source = RowSource.Select(rows, "rows"), PrimaryKey = ["id"], Tiers = tiers };

    private static Task<LoadResult> LoadAsync(RestScene scene, string rows, LoadTiers tiers = LoadTiers.Both) =>
        scene.Tiers.Get<TableLoader>().LoadAsync(Request(rows, tiers), null, CancellationToken.None);

    private static Task<CatalogTable> LoadTableAsync(RestScene scene) => scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Table, CancellationToken.None);

    private static async Task<long> MainAsync(RestScene scene) => (await LoadTableAsync(scene)).Metadata.CurrentSnapshot is { } snapshot
        ? long.Parse(snapshot.Summary["total-records"], System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    /// <summary>No data file is in the table's folder that is not in the table.</summary>
    private static async Task AssertNoOtherFilesAsync(RestScene scene)
    {
        var table = await LoadTableAsync(scene);
        var there = Directory.EnumerateFiles(new Uri(table.Metadata.Location).LocalPath, "*.parquet", SearchOption.AllDirectories).Count();
        Assert.Equal(table.Metadata.CurrentSnapshot!.Summary["total-data-files"], there.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
