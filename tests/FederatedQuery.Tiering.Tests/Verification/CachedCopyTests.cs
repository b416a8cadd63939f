using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tests.Moves;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Tests.Verification;

public class CachedCopyTests(PostgresFixture postgres, S3Server s3) : IClassFixture<PostgresFixture>, IClassFixture<S3Server>
{
    /// <summary>Queries are answered from the copy; that is no proof of what the bucket holds.</summary>
    [S3Fact]
    public async Task Verify_AFileDamagedInItsBucket_IsFoundThoughACopyIsCached()
    {
        var bucket = await s3.CreateBucketAsync();
        await using var scene = await MoveScene.StartAsync(postgres, configureCold: options =>
        {
            options.Bucket = s3.OptionsFor(bucket);
            options.BucketPrefix = "tables";
        });
        await scene.ArchiveAsync();
        Assert.Equal((JobState.Succeeded, 2000L), await VerifyAsync(scene));
        var table = await scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(new TableIdentifier("default", "events"), CancellationToken.None);
        var plan = await new ScanPlanner(scene.Tiers.Get<ManifestCache>()).PlanAsync(TableScan.Of(table.Metadata), CancellationToken.None);
        var file = scene.Tiers.Get<ObjectStoreRegistry>().Resolve(plan.Tasks[0].File.FilePath);
        var bytes = await file.Store.GetAsync(file.Key, long.MaxValue, CancellationToken.None);
        await PutAsync(file, [.. bytes[..100], .. new byte[bytes.Length - 2100], .. bytes[^2000..]]);

        Assert.Equal((JobState.Failed, 1000L), await VerifyAsync(scene));
        Assert.Equal("unreadable-file", await scene.Tiers.ScalarAsync<string>("SELECT string_agg(kind, ', ') FROM federated_query.violations WHERE closed_at IS NULL"));

        await PutAsync(file, bytes);
        Assert.Equal((JobState.Succeeded, 2000L), await VerifyAsync(scene));
    }

    private static async Task PutAsync(ObjectLocation file, byte[] content) =>
        await file.Store.PutAsync(file.Key, content, WriteCondition.None, CancellationToken.None);

    private static async Task<(JobState State, long Rows)> VerifyAsync(MoveScene scene)
    {
        using var runner = new JobRunner(
            scene.Tiers.Get<JobStore>(), [scene.Tiers.Get<VerifyJob>().AsKind()],
            scene.Tiers.Get<IOptions<TieringOptions>>(), TimeProvider.System, NullLogger<JobRunner>.Instance);
        await runner.StartAsync(CancellationToken.None);
        var ended = await runner.WaitAsync((await runner.StartJobAsync(VerifyJob.Kind, "events", null, CancellationToken.None)).Id, CancellationToken.None);
        await runner.StopAsync(CancellationToken.None);
        return (ended.State, ended.Rows);
    }
}
