using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tests.Moves;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Tiering.Tests.Verification;

/// <summary>A table of two cold days with 1,000 rows each, to which something is done behind everybody's back.</summary>
public class TableVerifierTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TableIdentifier Events = new("default", "events");
    private static readonly DateOnly First = new(2026, 2, 1);

    [Fact]
    public async Task Verify_AfterMovesLateRowsAndSchemaChanges_FindsNothing()
    {
        await using var scene = await ArchivedAsync();
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ADD COLUMN extra double precision; ALTER TABLE events ALTER COLUMN amount TYPE numeric(20,2)");
        await scene.Tiers.ExecuteAsync("INSERT INTO events SELECT g, '2026-02-01 05:00+00', 1, 'late', 0.5 FROM generate_series(5001, 5003) g");
        await scene.ArchiveAsync();
        await scene.Tiers.ExecuteAsync("INSERT INTO events VALUES (6001, '2026-02-02 05:00+00', 1, 'later', NULL)");

        var job = await VerifyAsync(scene);

        Assert.Equal(
            (JobState.Succeeded, "0 violations: 2 days of table 'events', 2003 cold rows (0 added by others), 1 hot rows (1 of them older than the boundary)."),
            (job.State, job.Message));
        Assert.Equal(2003L, job.Rows);
        Assert.Equal(1L, await scene.Tiers.ScalarAsync<long>("SELECT sum(hot_rows)::bigint FROM federated_query.verified_days"));
    }

    [Fact]
    public async Task Verify_RowsDeletedByAnUnrecordedCommit_AreMissing()
    {
        await using var scene = await ArchivedAsync();
        await scene.Tiers.Get<ColdDeletes>().DeleteAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, Events, Expression.Equal("id", Literal.Long(17)), ImmutableDictionary<string, string>.Empty, CancellationToken.None);

        await FindsAsync(scene, new Violation(First, ViolationKind.MissingRows, "1 cold rows are missing: the ledger has 1000, there are 999"));
    }

    [Fact]
    public async Task Verify_AWholeDayGone_IsMissing()
    {
        await using var scene = await ArchivedAsync();
        var file = (await FilesAsync(scene))[0];
        await CommitAsync(scene, new OverwriteFiles() { Removed = [file] });

        await FindsAsync(scene, new Violation(First, ViolationKind.MissingRows, "1000 cold rows are missing: the ledger has 1000, there are 0"));
    }

    [Fact]
    public async Task Verify_RowsAppendedByOthers_AreToldApartAndKeptInMind()
    {
        await using var scene = await ArchivedAsync();
        await CommitAsync(scene, new AppendFiles(await WriteAsync(scene, "SELECT 9001 + i AS id, TIMESTAMPTZ '2026-02-01 08:00:00+00' AS at, 1 AS amount, 'x' AS note FROM range(5) t(i)")));

        var job = await VerifyAsync(scene);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Contains("2005 cold rows (5 added by others)", job.Message, StringComparison.Ordinal);

        // Taken into the ledger once, and missed when they go.
        Assert.Equal(JobState.Succeeded, (await VerifyAsync(scene)).State);
        Assert.Equal(5L, await scene.Tiers.ScalarAsync<long>("SELECT sum(rows)::bigint FROM federated_query.moves WHERE kind = 'others'"));
        await scene.Tiers.Get<ColdDeletes>().DeleteAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, Events, Expression.Equal("id", Literal.Long(9003)), ImmutableDictionary<string, string>.Empty, CancellationToken.None);
        await FindsAsync(scene, new Violation(First, ViolationKind.MissingRows, "1 cold rows are missing: the ledger has 1005, there are 1004"));
    }

    [Fact]
    public async Task Verify_AnAppendDoneTwice_DoublesKeys()
    {
        await using var scene = await ArchivedAsync();
        var file = (await FilesAsync(scene))[0];
        var copy = file with { FilePath = file.FilePath.Replace(".parquet", "-again.parquet", StringComparison.Ordinal) };
        File.Copy(new Uri(file.FilePath).LocalPath, new Uri(copy.FilePath).LocalPath);
        await CommitAsync(scene, new AppendFiles([copy]));

        await FindsAsync(scene, new Violation(First, ViolationKind.DoubledKeys, "1000 primary keys are of several cold rows, such as (0, 2026-02-01 00:00:00+00)"));
    }

    [Fact]
    public async Task Verify_AValueFlippedByARewrite_IsChanged()
    {
        await using var scene = await ArchivedAsync();
        var file = (await FilesAsync(scene))[1];
        var rewritten = await WriteAsync(
            scene, $"SELECT * REPLACE (CASE WHEN id = 1500 THEN note || '!' ELSE note END AS note) FROM read_parquet({DuckDBSql.QuoteLiteral(new Uri(file.FilePath).LocalPath)})");
        var table = await scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None);
        await CommitAsync(scene, new RewriteFiles(table.Metadata.CurrentSnapshotId!.Value) { Removed = [file], Added = rewritten });

        var violation = Assert.Single(await FindAsync(scene));

        Assert.Equal((First.AddDays(1), ViolationKind.ChangedRows), (violation.Day, violation.Kind));
        Assert.StartsWith("the 1000 cold rows are not those of the ledger", violation.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ARowInBothTiers_IsDoubled()
    {
        await using var scene = await ArchivedAsync();
        await scene.Tiers.ExecuteAsync("INSERT INTO events SELECT 20, timestamptz '2026-02-01 00:00+00' + 20 * interval '86.4 seconds', 7, 'again'");

        await FindsAsync(scene, new Violation(First, ViolationKind.DoubledKeys, "1 primary keys are both hot and cold, such as (20, 2026-02-01 00:28:48+00)"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verify_AFileGoneOrBroken_IsUnreadable(bool isGone)
    {
        await using var scene = await ArchivedAsync();
        var path = new Uri((await FilesAsync(scene))[0].FilePath).LocalPath;
        var bytes = await File.ReadAllBytesAsync(path);
        if (isGone)
        {
            File.Delete(path);
        }
        else
        {
            await File.WriteAllBytesAsync(path, [.. bytes[..(bytes.Length / 2)], .. new byte[bytes.Length - (bytes.Length / 2) - 1000], .. bytes[^1000..]]);
        }

        var violation = Assert.Single(await FindAsync(scene));
        Assert.Equal((First, ViolationKind.UnreadableFile), (violation.Day, violation.Kind));
        Assert.StartsWith($"1 files cannot be read: '{new Uri(path).AbsoluteUri}': ", violation.Detail, StringComparison.Ordinal);

        // Put right, it is closed.
        await File.WriteAllBytesAsync(path, bytes);
        Assert.Equal(JobState.Succeeded, (await VerifyAsync(scene)).State);
        Assert.Equal(1L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.violations WHERE closed_at IS NOT NULL"));
    }

    [Fact]
    public async Task Verify_AnOlderChecksum_IsCountedAndSaidSo()
    {
        await using var scene = await ArchivedAsync();
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.moves SET checksum = 'duckdb-v1.4.0:12345' WHERE day = '2026-02-01'");

        var job = await VerifyAsync(scene);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.EndsWith("The rows of 1 days could only be counted: their checksums are of an older version.", job.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunOnce_ByTurns_VerifiesTheOldestDayAndKeepsThePause()
    {
        await using var scene = await ArchivedAsync();
        var (loop, metrics) = (scene.Tiers.Get<VerificationLoop>(), scene.Tiers.Get<VerificationMetrics>());
        await scene.Tiers.Get<ColdDeletes>().DeleteAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, Events, Expression.Equal("id", Literal.Long(1017)), ImmutableDictionary<string, string>.Empty, CancellationToken.None);

        var first = await loop.RunOnceAsync(CancellationToken.None);
        Assert.Equal([First], first!.Days.Select(day => day.Day));
        Assert.Null(await loop.RunOnceAsync(CancellationToken.None));

        await scene.Tiers.ExecuteAsync("UPDATE federated_query.verification_turn SET next_at = clock_timestamp()");
        var second = await loop.RunOnceAsync(CancellationToken.None);
        Assert.Equal([First.AddDays(1)], second!.Days.Select(day => day.Day));
        Assert.Equal((1L, 1L), (metrics.Open, await scene.Tiers.Get<VerificationService>().CountOpenAsync(CancellationToken.None)));

        await scene.Tiers.ExecuteAsync("UPDATE federated_query.verification_turn SET next_at = clock_timestamp()");
        Assert.Equal([First], (await loop.RunOnceAsync(CancellationToken.None))!.Days.Select(day => day.Day));
    }

    [Fact]
    public async Task RunOnce_ADayThatCannotBeVerified_LetsOthersGoFirst()
    {
        await using var scene = await ArchivedAsync();
        var loop = scene.Tiers.Get<VerificationLoop>();
        await scene.Tiers.ExecuteAsync("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this day'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON federated_query.verified_days FOR EACH ROW WHEN (NEW.day = '2026-02-01') EXECUTE FUNCTION refuse();
            """);

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => RunAsync());
        Assert.Equal([First.AddDays(1)], (await RunAsync())!.Days.Select(day => day.Day));

        // The other was verified before the failure (by the scene's clock): it comes first. After it, the one that failed is tried again.
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.verified_days SET verified_at = '2000-01-01'");
        Assert.Equal([First.AddDays(1)], (await RunAsync())!.Days.Select(day => day.Day));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => RunAsync());

        async Task<RangeVerification?> RunAsync()
        {
            await scene.Tiers.ExecuteAsync("UPDATE federated_query.verification_turn SET next_at = clock_timestamp()");
            return await loop.RunOnceAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Verify_CutShort_GoesOnWithTheOtherDays()
    {
        await using var scene = await ArchivedAsync();
        var verifier = scene.Tiers.Get<TableVerifier>();
        var queued = await scene.Tiers.Get<JobStore>().AddAsync(VerifyJob.Kind, "events", null, CancellationToken.None);
        var ranges = await verifier.ListAsync(scene.Table, 1L << 30, CancellationToken.None);
        await verifier.VerifyAsync(scene.Table, ranges[0], CancellationToken.None);

        var progress = new JobProgress();
        var kind = scene.Tiers.Get<VerifyJob>().AsKind();
        await kind.RunAsync(queued with { StartedAt = DateTimeOffset.UtcNow.AddMinutes(-5) }, progress, CancellationToken.None);

        Assert.Equal(1000, progress.Current.Rows);
    }

    [Fact]
    public async Task Start_ATableThatIsNotTiered_IsRefused()
    {
        await using var scene = await ArchivedAsync();

        var error = await Assert.ThrowsAsync<TieringException>(() => scene.Tiers.Get<VerificationService>().StartAsync("nothing", CancellationToken.None));

        Assert.Equal(TieringErrorKind.NotFound, error.Kind);
        Assert.StartsWith("Table 'nothing' is neither tiered nor a cold-only table", error.Message, StringComparison.Ordinal);
    }

    private async Task<MoveScene> ArchivedAsync()
    {
        var scene = await MoveScene.StartAsync(postgres);
        await scene.ArchiveAsync();
        return scene;
    }

    private static async Task FindsAsync(MoveScene scene, Violation expected) => Assert.Equal([expected], await FindAsync(scene));

    private static async Task<IReadOnlyList<Violation>> FindAsync(MoveScene scene)
    {
        var job = await VerifyAsync(scene);
        var found = await scene.Tiers.Get<VerificationStore>().ListOpenAsync(TableName.InPublic("events"), 100, CancellationToken.None);
        Assert.Equal(JobState.Failed, job.State);
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{found.Count} violations: {found[0].Day:yyyy-MM-dd}: {found[0].Kind}: {found[0].Detail}"), job.Message, StringComparison.Ordinal);
        return found;
    }

    private static async Task<Job> VerifyAsync(MoveScene scene)
    {
        var queued = await scene.Tiers.Get<JobStore>().AddAsync(VerifyJob.Kind, "events", null, CancellationToken.None);
        var progress = new JobProgress();
        var job = queued with { StartedAt = await scene.Tiers.ScalarAsync<DateTime>("SELECT clock_timestamp()") };
        try
        {
            var message = await scene.Tiers.Get<VerifyJob>().AsKind().RunAsync(job, progress, CancellationToken.None);
            return job with { State = JobState.Succeeded, Message = message, Rows = progress.Current.Rows };
        }
        catch (TieringException error) when (error.Kind == TieringErrorKind.Violated)
        {
            return job with { State = JobState.Failed, Message = error.Message };
        }
    }

    /// <summary>In the order of their days.</summary>
    private static async Task<IReadOnlyList<DataFile>> FilesAsync(MoveScene scene)
    {
        var table = await scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None);
        var plan = await new ScanPlanner(scene.Tiers.Get<ManifestCache>()).PlanAsync(TableScan.Of(table.Metadata), CancellationToken.None);
        return [.. plan.Tasks.Select(task => task.File).OrderBy(file => file.Partition.ToString(), StringComparer.Ordinal)];
    }

    private static async Task<ImmutableArray<DataFile>> WriteAsync(MoveScene scene, string rows)
    {
        var table = await scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None);
        using var lease = await scene.Tiers.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        return (await scene.Tiers.Get<ColdAppender>().WriteAsync(
            lease.Connection, $"({rows})", table, timeColumn: null, written: null, CancellationToken.None)).Files;
    }

    private static async Task CommitAsync(MoveScene scene, TableChange change) => await new TableCommitter(
        scene.Tiers.Get<ObjectStoreRegistry>(), scene.Tiers.Get<ManifestCache>(), new CommitOptions(), TimeProvider.System)
        .CommitAsync(scene.Tiers.Get<ColdCatalog>().Catalog, Events, [change], CancellationToken.None);
}
