using System.Text.RegularExpressions;
using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tests.Verification;

namespace FederatedQuery.Tiering.Tests.Erasing;

public partial class EraseJobTests(PostgresFixture postgres, S3Server s3) : IClassFixture<PostgresFixture>, IClassFixture<S3Server>
{
    private static readonly TableIdentifier Events = new("default", "events");

    public static TheoryData<string> Steps => new(Enum.GetNames<EraseStep>());

    [Fact]
    public async Task Erase_RowsInBothTiers_AreNowhere()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        Assert.NotEmpty(await scene.TracesAsync());

        var message = await scene.EraseAsync();

        Assert.Empty(await scene.TracesAsync());
        Assert.StartsWith("Erased 200 rows of table 'events': 100 hot, 100 cold. 1 data files were rewritten as 1, 1 snapshots expired, ", message, StringComparison.Ordinal);
        Assert.Contains("Vacuumed: events_2.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT deleted", message, StringComparison.Ordinal);
        Assert.Equal("1800 | 1800", await scene.Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id) FROM events"));
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
        await VerifiesAsync(scene);
    }

    [S3Fact]
    public async Task Erase_RowsInABucket_AreNowhere()
    {
        var bucket = await s3.CreateBucketAsync();
        await using var scene = await EraseScene.StartAsync(postgres, options =>
        {
            options.Bucket = s3.OptionsFor(bucket);
            options.BucketPrefix = "tables";
        });
        Assert.NotEmpty(await scene.TracesAsync());

        var message = await scene.EraseAsync();

        Assert.Empty(await scene.TracesAsync());
        Assert.StartsWith("Erased 200 rows of table 'events': 100 hot, 100 cold.", message, StringComparison.Ordinal);
        Assert.Matches("[^0-9][1-9][0-9]* cached copies", message);
        foreach (var file in Directory.EnumerateFiles(scene.Tiers.File("cache"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            Assert.True((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("SECRET-c0ffee"u8) < 0, file);
        }

        await VerifiesAsync(scene);
    }

    /// <summary>Rows that were deleted, and files that were rewritten since, are still in the files of older snapshots.</summary>
    [Fact]
    public async Task Erase_RowsDeletedOrCompactedBefore_GoFromThePastToo()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        await scene.Tiers.Get<Cold.Writing.ColdDeletes>().DeleteAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, Events, Iceberg.Expressions.Expression.Equal("note", Literal.String(EraseScene.Secret + " 0")),
            new Dictionary<string, string>(), CancellationToken.None);
        await scene.Moves.MoveAsync(new DateOnly(2026, 2, 2));

        var message = await scene.EraseAsync();

        Assert.Empty(await scene.TracesAsync());
        Assert.StartsWith("Erased 199 rows of table 'events': 0 hot, 199 cold. 2 data files were rewritten as 2, 3 snapshots expired, ", message, StringComparison.Ordinal);
        Assert.Equal("1800", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task Erase_RowsInAStoredResult_AreDroppedThereToo()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var id = Guid.CreateVersion7();
        var location = scene.Tiers.Get<Cold.Results.ResultFiles>().LocationOf(id);
        var target = scene.Tiers.Get<ObjectStoreRegistry>().Resolve(location);
        await target.Store.PutAsync(target.Key, "rows with SECRET-c0ffee"u8.ToArray(), WriteCondition.IfAbsent, CancellationToken.None);
        await scene.Tiers.ExecuteAsync($$"""
            INSERT INTO federated_query.materialized_results (id, key, statement, sql, state, tables, cold, hot_relations, location, columns, rows, truncated, bytes,
              created_at, expires_at, last_used_at)
            VALUES ('{{id}}', 'k', 's', 'of SECRET-c0ffee', 'ready', ARRAY['default.events'], '[]', '{}', '{{location}}', '[]', 1, false, 23,
              now(), now() + interval '1 year', now())
            """);
        Assert.Contains(await scene.TracesAsync(), trace => !trace.Contains("events", StringComparison.Ordinal));

        var message = await scene.EraseAsync();

        Assert.Empty(await scene.TracesAsync());
        Assert.Contains("Dropped: 1 materialized results, ", message, StringComparison.Ordinal);
        Assert.Equal(0L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.materialized_results"));
    }

    [Fact]
    public async Task Erase_AllRowsOfAFile_LeavesNone()
    {
        await using var scene = await EraseScene.StartAsync(postgres);

        var message = await scene.EraseAsync("events.at < TIMESTAMPTZ '2026-02-02 00:00:00+00'");

        Assert.StartsWith("Erased 1000 rows of table 'events': 0 hot, 1000 cold. 1 data files were rewritten as 0, ", message, StringComparison.Ordinal);
        Assert.Equal("1000 | 1000", await scene.Tiers.FederatedAsync("SELECT count(*), min(id) FROM events"));
        await VerifiesAsync(scene);
    }

    [Fact]
    public async Task Erase_NothingThatMatches_ChangesNothing()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var before = (await scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None)).MetadataLocation;

        var message = await scene.EraseAsync("note = 'nobody wrote this'");

        Assert.StartsWith("Erased 0 rows of table 'events': 0 hot, 0 cold. 0 data files were rewritten as 0, 0 snapshots expired, 0 files (0 bytes)", message, StringComparison.Ordinal);
        Assert.Equal(before, (await scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None)).MetadataLocation);
    }

    [Fact]
    public async Task Erase_RowsThatATagHolds_IsRefusedByName()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        await CommitAsync(scene, new MetadataChange(table => table.WithRef("audit", SnapshotRef.Tag(table.CurrentSnapshotId!.Value), table.LastUpdatedMs)));

        var error = await Assert.ThrowsAsync<TieringException>(() => scene.EraseAsync());

        Assert.Equal(TieringErrorKind.NotAllowed, error.Kind);
        Assert.Equal("Nothing was erased from table 'default.events': such rows are also held by its tag 'audit'. Drop it first, and erase again.", error.Message);
        Assert.Equal("200", await scene.Tiers.FederatedAsync($"SELECT count(*) FROM events WHERE {EraseScene.Where}"));
        Assert.Equal(0L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.jobs WHERE arguments::text LIKE '%SECRET%'"));

        // A tag without such rows is none of it.
        Assert.StartsWith("Erased 1 rows", await scene.EraseAsync("id = 1999"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Erase_KilledAfterAStep_IsTakenUpAgain(string step)
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var job = await scene.LeaseAsync();
        scene.Eraser.AfterStep = reached => reached == Enum.Parse<EraseStep>(step) ? throw new OperationCanceledException("killed") : Task.CompletedTask;
        await Assert.ThrowsAsync<OperationCanceledException>(() => scene.RunAsync(job));

        scene.Eraser.AfterStep = _ => Task.CompletedTask;
        var message = await scene.RunAsync(job);

        Assert.Empty(await scene.TracesAsync());
        Assert.StartsWith("Erased 200 rows of table 'events': 100 hot, 100 cold. 1 data files were rewritten as 1, 1 snapshots expired, ", message, StringComparison.Ordinal);
        Assert.Equal("1800", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task Erase_RowsThatArriveAndMoveMeanwhile_DoNotSlipThrough()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var looks = 0;
        scene.Eraser.AfterStep = async step =>
        {
            if (step == EraseStep.Looked && ++looks <= 3)
            {
                await scene.Tiers.ExecuteAsync($"INSERT INTO events SELECT 5000 + {looks} * 10 + g, '2026-02-02 07:00+00', 1, '{EraseScene.Secret} again' FROM generate_series(0, 4) g");
                await scene.Moves.ArchiveAsync();
            }
        };

        var message = await scene.EraseAsync();

        Assert.Empty(await scene.TracesAsync());
        Assert.StartsWith("Erased 215 rows of table 'events'", message, StringComparison.Ordinal);
        Assert.Equal("1800", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));
        await VerifiesAsync(scene);
    }

    /// <summary>The export has the rows, and must not bring them back.</summary>
    [Fact]
    public async Task Erase_DuringAMove_MovesNoErasedRow()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var done = false;
        scene.Moves.Mover.AfterStep = async step =>
        {
            if (step == MoveStep.Exported && !done)
            {
                done = true;
                await scene.EraseAsync();
            }
        };

        await scene.Moves.MoveAsync(new DateOnly(2026, 2, 2));

        Assert.Empty(await scene.TracesAsync());
        Assert.Equal("1800", await scene.Tiers.ColdAsync("SELECT count(*) FROM events"));
        await VerifiesAsync(scene);
    }

    [Fact]
    public async Task Erase_RowsChangedMeanwhile_AreJudgedAnew()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        await using var connection = await scene.Tiers.Postgres.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var update = new Npgsql.NpgsqlCommand("UPDATE events SET note = 'innocent' WHERE id = 1990", connection))
        {
            await update.ExecuteNonQueryAsync();
        }

        // The eraser waits for the row, which is another by then.
        var erasing = scene.EraseAsync();
        await scene.WaitAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%DELETE FROM%' AND datname = current_database()");
        await transaction.CommitAsync();

        Assert.StartsWith("Erased 199 rows", await erasing, StringComparison.Ordinal);
        Assert.Equal("innocent", await scene.Tiers.ScalarAsync<string>("SELECT note FROM events WHERE id = 1990"));
    }

    [Fact]
    public async Task Erase_ParticipantsAndArguments_AreForgotten()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var job = await scene.LeaseAsync();
        Assert.Equal(1L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.jobs WHERE arguments::text LIKE '%SECRET%'"));

        var message = await scene.RunAsync(job);

        var arguments = await scene.Tiers.ScalarAsync<string>("SELECT arguments::text FROM federated_query.jobs");
        Assert.Matches(DigestPattern(), arguments);

        // Who takes it up because its end was not noted finds nothing left to do, and says what was done.
        Assert.Equal(message.Split('.')[0], (await scene.RunAsync(job)).Split('.')[0]);
    }

    [Fact]
    public async Task Erase_CancelledBeforeItBegan_KeepsNoCondition()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var jobs = scene.Tiers.Get<JobStore>();
        var job = await jobs.AddAsync(EraseJob.Kind, "events", EraseJob.Arguments(EraseScene.Where), CancellationToken.None);

        await jobs.CancelAsync(job.Id, "Cancelled by request.", CancellationToken.None);

        Assert.Matches(DigestPattern(), await scene.Tiers.ScalarAsync<string>("SELECT arguments::text FROM federated_query.jobs"));
    }

    [Fact]
    public async Task Erase_ThatFailed_CannotBeTakenUp()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var job = await scene.LeaseAsync();
        scene.Eraser.AfterStep = _ => throw new InvalidOperationException("broken");
        await Assert.ThrowsAsync<InvalidOperationException>(() => scene.RunAsync(job));

        var arguments = await scene.Tiers.ScalarAsync<string>("SELECT arguments::text FROM federated_query.jobs");
        var error = await Assert.ThrowsAsync<TieringException>(() => scene.RunAsync(job with { Arguments = arguments }));
        Assert.Equal("The condition of this erasure is no longer stored, because it was over. Call eraseRows again.", error.Message);
    }

    [Fact]
    public async Task Start_AConditionThatIsNone_IsRefusedAtOnce()
    {
        await using var scene = await EraseScene.StartAsync(postgres);
        var service = scene.Tiers.Get<ErasureService>();

        var error = await Assert.ThrowsAsync<Federation.FederatedQueryException>(() => service.StartAsync("events", "note = 'x' AND\n nothing = 1", CancellationToken.None));

        Assert.Contains("nothing", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TieringException>(() => service.StartAsync("nobody", "true", CancellationToken.None));
        Assert.Equal(0L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.jobs"));
    }

    private static async Task VerifiesAsync(EraseScene scene) => Assert.StartsWith("0 violations", await scene.Tiers.VerifyAsync("events"), StringComparison.Ordinal);

    private static async Task CommitAsync(EraseScene scene, TableChange change) => await new TableCommitter(
        scene.Tiers.Get<ObjectStoreRegistry>(), scene.Tiers.Get<ManifestCache>(), new CommitOptions(), TimeProvider.System)
        .CommitAsync(scene.Tiers.Get<ColdCatalog>().Catalog, Events, [change], CancellationToken.None);

    [GeneratedRegex("^\\{\"whereSha256\": \"[0-9a-f]{64}\"\\}$")]
    private static partial Regex DigestPattern();
}
