using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;

namespace FederatedQuery.Tiering.Tests.Jobs;

public class FencedCatalogTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Kind = "test";
    private static readonly TimeSpan Lapsed = TimeSpan.FromSeconds(-1);
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);
    private static readonly TableIdentifier Events = new("jobs", "events");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TryCommitAsync_LeaseThatAnotherHasTaken_CommitsNothing(bool isRest)
    {
        await using var scene = await StartAsync(isRest);
        var first = await scene.LeaseAsync("a", Lapsed);
        await scene.CommitAsync(first, "step", "1");
        var second = await scene.LeaseAsync("b", Lease);

        var lost = await Assert.ThrowsAsync<TieringException>(() => scene.CommitAsync(first, "step", "2 of a"));

        Assert.Equal(TieringErrorKind.LeaseLost, lost.Kind);
        Assert.Equal("1", await scene.PropertyAsync("step"));
        await scene.CommitAsync(second, "step", "2 of b");
        Assert.Equal("2 of b", await scene.PropertyAsync("step"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TryCommitAsync_CancelledJob_CommitsNothing(bool isRest)
    {
        await using var scene = await StartAsync(isRest);
        var job = await scene.LeaseAsync("a", Lease);
        await scene.Jobs.CancelAsync(job.Id, "enough", CancellationToken.None);

        Assert.Equal(TieringErrorKind.LeaseLost, (await Assert.ThrowsAsync<TieringException>(() => scene.CommitAsync(job, "step", "1"))).Kind);

        Assert.Null(await scene.PropertyAsync("step"));
    }

    [Fact]
    public async Task TryCommitAsync_RestCatalogAtWork_KeepsTheJobAndItsRenewalGoing()
    {
        await using var scene = await StartAsync(isRest: true);
        var job = await scene.LeaseAsync("a", Lapsed);
        (Job? Taken, bool Renewed)? seen = null;
        scene.Server!.Before = async context =>
        {
            if (context.Request.Method == "POST")
            {
                seen = (
                    await scene.Jobs.TryLeaseAsync("b", [Kind], Lease, CancellationToken.None),
                    await scene.Jobs.RenewAsync(job, Lapsed, 0.5, "", 0, 0, CancellationToken.None));
            }

            return false;
        };

        await scene.CommitAsync(job, "step", "1");

        Assert.Equal((null, true), seen);
        Assert.NotNull(await scene.Jobs.TryLeaseAsync("b", [Kind], Lease, CancellationToken.None));
    }

    [Fact]
    public async Task TryCommitAsync_AnswerToTheCommitLost_SaysThatItIsNotKnown()
    {
        await using var scene = await StartAsync(isRest: false);
        var job = await scene.LeaseAsync("a", Lease);
        var staged = await scene.StageAsync("step", "1");
        await scene.Tiers.ExecuteAsync("""
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON iceberg_tables DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()
            """);

        var unknown = await Assert.ThrowsAsync<IcebergException>(() => scene.CatalogOf(job).TryCommitAsync(staged, CancellationToken.None));

        Assert.Equal(IcebergErrorKind.CommitStateUnknown, unknown.Kind);
        Assert.Contains(staged.NewLocation, unknown.Message, StringComparison.Ordinal);
    }

    private Task<Scene> StartAsync(bool isRest) => Scene.StartAsync(postgres, isRest);

    /// <summary>An empty table in a SQL or REST catalog, and a queued job.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        public required TemporaryFolder Folder { get; init; }

        public required TieringScene Tiers { get; init; }

        public required TestRestServer? Server { get; init; }

        public JobStore Jobs => Tiers.Get<JobStore>();

        private TableCommitter Committer => new(
            Tiers.Get<ObjectStoreRegistry>(), Tiers.Get<ManifestCache>(), new CommitOptions(), TimeProvider.System);

        public static async Task<Scene> StartAsync(PostgresFixture postgres, bool isRest)
        {
            var folder = new TemporaryFolder();
            var server = isRest
                ? await TestRestServer.StartAsync(ObjectStoreRegistry.ForFolder(folder.FullPath, TimeProvider.System), folder.FullPath)
                : null;
            var tiers = await TieringScene.StartAsync(postgres, configureCold: options =>
            {
                options.WarehouseDirectory = folder.FullPath;
                options.RestCatalog = server is null ? null : new RestCatalogOptions { Uri = server.Address };
            });
            var scene = new Scene { Tiers = tiers, Server = server, Folder = folder };
            var catalog = tiers.Get<ColdCatalog>().Catalog;
            await catalog.CreateNamespaceAsync(Events.Namespace, new Dictionary<string, string>(), CancellationToken.None);
            await catalog.CreateTableAsync(
                Events, new NewTable { Schema = new Schema(0, [NestedField.RequiredField(1, "id", IcebergType.Long)]) }, CancellationToken.None);
            await scene.Jobs.AddAsync(Kind, "events", null, CancellationToken.None);
            return scene;
        }

        public ICatalog CatalogOf(Job job) => Tiers.Get<JobCatalogs>().Of(job);

        public async Task<Job> LeaseAsync(string owner, TimeSpan lease) => (await Jobs.TryLeaseAsync(owner, [Kind], lease, CancellationToken.None))!;

        public Task CommitAsync(Job job, string property, string value) =>
            Committer.CommitAsync(CatalogOf(job), Events, [Set(property, value)], CancellationToken.None);

        public async Task<StagedCommit> StageAsync(string property, string value) =>
            await Committer.StageAsync(await LoadAsync(), [Set(property, value)], CancellationToken.None);

        public async Task<string?> PropertyAsync(string name) => (await LoadAsync()).Metadata.Properties.GetValueOrDefault(name);

        public async ValueTask DisposeAsync()
        {
            await Tiers.DisposeAsync();
            if (Server is not null)
            {
                await Server.DisposeAsync();
            }

            Folder.Dispose();
        }

        private static MetadataChange Set(string property, string value) => new(table => table.WithProperties([new(property, value)]));

        private Task<CatalogTable> LoadAsync() => Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None);
    }
}
