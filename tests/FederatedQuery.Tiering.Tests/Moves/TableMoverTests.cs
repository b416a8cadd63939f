using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Moves;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Moves;

public class TableMoverTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Everything = "2000 | 2000 | 19990.00";
    private static readonly DateOnly First = new(2026, 2, 1);

    public static TheoryData<string> Steps => new(Enum.GetNames<MoveStep>());

    [Fact]
    public async Task Move_ADay_LeavesEachRowOnce()
    {
        await using var scene = await MoveScene.StartAsync(postgres);

        var result = await scene.MoveAsync(First);

        Assert.Equal((1000, 0), (result.Rows, result.LateRows));
        Assert.Equal((1000, 1000), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal(Everything, await scene.AllAsync());
        var move = Assert.Single(await scene.RecordedAsync());
        Assert.Equal((First, 1000, result.SnapshotId), (move.Day, move.Rows, (long?)move.SnapshotId));
        Assert.Matches("^xxh64-rows-1:[0-9]+$", move.Checksum);
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Move_RowsInsertedMeanwhile_StayHotAndMoveNextTime()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        scene.Once(MoveStep.Exported, "INSERT INTO events SELECT g, '2026-02-01 03:00+00', 1, 'late' FROM generate_series(5001, 5003) g");

        var result = await scene.MoveAsync(First);

        Assert.Equal((1000, 3), (result.Rows, result.LateRows));
        Assert.Equal((1003, 1000), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal("2003 | 2003 | 19993.00", await scene.AllAsync());

        Assert.Equal(3, (await scene.MoveAsync(First)).Rows);
        Assert.Equal((1000, 1003), (await scene.HotAsync(), await scene.ColdAsync()));
    }

    [Fact]
    public async Task Move_JobTakenOverMeanwhile_MovesNothing()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var jobs = scene.Tiers.Get<JobStore>();
        await jobs.AddAsync("archive", "events", null, CancellationToken.None);
        var paused = await jobs.TryLeaseAsync("paused", ["archive"], TimeSpan.FromSeconds(-1), CancellationToken.None);
        Job? taken = null;
        scene.Mover.AfterStep = async step =>
            taken ??= step == MoveStep.Verified ? await jobs.TryLeaseAsync("other", ["archive"], TimeSpan.FromHours(1), CancellationToken.None) : null;

        var lost = await Assert.ThrowsAsync<TieringException>(() => scene.MoveAsync(First, paused));

        Assert.Equal(TieringErrorKind.LeaseLost, lost.Kind);
        Assert.Equal(2000, await scene.HotAsync());
        Assert.Empty(await scene.RecordedAsync());
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
        Assert.Equal(1000, (await scene.MoveAsync(First, taken)).Rows);
    }

    [Theory]
    [InlineData("UPDATE events SET amount = amount + 100 WHERE id = 5", "2000 | 2000 | 20090.00")]
    [InlineData("DELETE FROM events WHERE id = 999", "1999 | 1999 | 19980.01")]
    [InlineData("UPDATE events SET at = '2026-02-02 01:00+00' WHERE id = 7", "2000 | 2000 | 19990.00")]
    [InlineData("TRUNCATE events_1", "1000 | 1000 | 14995.00")]
    public async Task Move_ExportedRowsChangedMeanwhile_StartsAgain(string change, string expected)
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        scene.Once(MoveStep.Exported, change);

        await scene.MoveAsync(First);

        Assert.Equal(expected, await scene.AllAsync());
        Assert.Equal(0L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM events_1"));
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }

    /// <summary>
    /// A snapshot does not list the subtransactions that run while it is taken: their rows count as visible though they are not, and by number
    /// alone would make up for a deleted one.
    /// </summary>
    [Fact]
    public async Task Move_SubtransactionDuringExportAndADelete_LosesAndRevivesNothing()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await using var connection = await scene.Tiers.Postgres.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.SaveAsync("s");
        await using (var insert = new NpgsqlCommand("INSERT INTO events VALUES (5001, '2026-02-01 03:00+00', 1, 'sub')", connection))
        {
            await insert.ExecuteNonQueryAsync();
        }

        await scene.Tiers.ExecuteAsync("INSERT INTO events VALUES (5002, '2026-02-05 03:00+00', 1, 'another')");
        var committed = false;
        scene.Mover.AfterStep = async step =>
        {
            if (step == MoveStep.Exported && !committed)
            {
                committed = true;
                await transaction.CommitAsync();
                await scene.Tiers.ExecuteAsync("DELETE FROM events WHERE id = 100");
            }
        };

        await scene.MoveAsync(First);

        Assert.Equal("2001 | 2001 | 19991.00", await scene.AllAsync());
        Assert.Equal("1 | 0", await scene.Tiers.FederatedAsync("SELECT count(*) FILTER (WHERE id = 5001), count(*) FILTER (WHERE id = 100) FROM events"));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Move_FailsAfterAStep_LeavesAllOrNothing(string step)
    {
        var at = Enum.Parse<MoveStep>(step);
        await using var scene = await MoveScene.StartAsync(postgres);
        scene.Mover.AfterStep = reached => reached == at ? throw new TimeoutException("crash") : Task.CompletedTask;

        await Assert.ThrowsAsync<TimeoutException>(() => scene.MoveAsync(First));

        var moved = at == MoveStep.Committed ? 1000 : 0;
        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Equal((2000 - moved, moved), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal(moved / 1000, (await scene.RecordedAsync()).Count);
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());

        scene.Mover.AfterStep = _ => Task.CompletedTask;
        await scene.ArchiveAsync();
        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Equal((0, 2000), (await scene.HotAsync(), await scene.ColdAsync()));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Move_SessionIsKilledAfterAStep_LeavesAllOrNothing(string step)
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        scene.Once(Enum.Parse<MoveStep>(step), """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
            WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """);

        await Record.ExceptionAsync(() => scene.MoveAsync(First));

        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Contains((await scene.HotAsync(), await scene.ColdAsync()), new[] { (2000L, 0L), (1000L, 1000L) });

        await scene.ArchiveAsync();
        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Equal((0, 2000), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal(2, (await scene.RecordedAsync()).Count);
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Move_SomebodyElseCommitsToTheColdTable_StagesAgain()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var committed = false;
        scene.Mover.AfterStep = async step =>
        {
            if (step == MoveStep.Staged && !committed)
            {
                committed = true;
                var committer = new TableCommitter(
                    scene.Tiers.Get<ObjectStoreRegistry>(), scene.Tiers.Get<ManifestCache>(), new CommitOptions(), TimeProvider.System);
                var change = new MetadataChange(table => table.WithProperties([KeyValuePair.Create("owner", "somebody")]));
                await committer.CommitAsync(
                    scene.Tiers.Get<ColdCatalog>().Current, new TableIdentifier("default", "events"), [change], CancellationToken.None);
            }
        };

        var result = await scene.MoveAsync(First);

        Assert.Equal(1000, result.Rows);
        Assert.Equal(Everything, await scene.AllAsync());
        var table = await scene.Tiers.Get<ColdCatalog>().Current.LoadTableAsync(new TableIdentifier("default", "events"), CancellationToken.None);
        Assert.Equal("somebody", table.Metadata.Properties["owner"]);
        Assert.Single(table.Metadata.Snapshots);
    }

    [Fact]
    public async Task Move_ReaderThatDoesNotEnd_DeletesInstead()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await using var reader = await scene.Tiers.Postgres.OpenConnectionAsync();
        await using var transaction = await reader.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM events", reader);
        await command.ExecuteScalarAsync();
        scene.Once(MoveStep.Exported, "INSERT INTO events VALUES (5001, '2026-02-01 03:00+00', 1, 'late')");

        var result = await scene.MoveAsync(First);

        Assert.Equal((1000, 1), (result.Rows, result.LateRows));
        Assert.Equal("2001 | 2001 | 19991.00", await scene.AllAsync());
        Assert.Equal(1L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM events_1"));
    }

    [Fact]
    public async Task Move_WriterOfARowThatDoesNotEnd_MovesTheOthersAndIsBusyWhenThereAreNone()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await using var writer = await scene.Tiers.Postgres.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("UPDATE events SET amount = 0 WHERE id = 5", writer);
        await command.ExecuteNonQueryAsync();

        var moved = await scene.MoveAsync(First);

        Assert.Equal((999, 1), (moved.Rows, moved.LateRows));
        Assert.Equal((1001, 999), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
        var busy = await Assert.ThrowsAsync<TieringException>(() => scene.MoveAsync(First));
        Assert.Equal(TieringErrorKind.Busy, busy.Kind);
        Assert.StartsWith("Table 'events', day 2026-02-01: writers held exported rows too long in every attempt.", busy.Message, StringComparison.Ordinal);
        await transaction.CommitAsync();
        Assert.Equal(1, (await scene.MoveAsync(First)).Rows);
        Assert.Equal("2000 | 2000 | 19989.95", await scene.AllAsync());
    }

    [Fact]
    public async Task Archive_TwoRacers_MoveEachDayOnce()
    {
        await using var scene = await MoveScene.StartAsync(postgres);

        var results = await Task.WhenAll(scene.ArchiveAsync(), scene.ArchiveAsync());

        Assert.Equal(2000, results.Sum(result => result.Rows));
        Assert.Equal(2, results.Sum(result => result.Days));
        Assert.Equal(2, (await scene.RecordedAsync()).Count);
        Assert.Equal(Everything, await scene.AllAsync());
    }

    [Fact]
    public async Task Archive_RowsInTheDefaultPartition_MoveByDay()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync(
            """
            INSERT INTO events SELECT 5000 + g, timestamptz '2025-12-30 12:00+00' + g * interval '1 day', 1, 'old' FROM generate_series(1, 4) g;
            INSERT INTO events VALUES (6001, 'infinity', 1, 'never'), (6002, '2026-03-15 11:00+00', 1, 'today')
            """);

        var (rows, days) = await scene.ArchiveAsync();

        Assert.Equal((2004, 6), (rows, days));
        Assert.Equal((2, 2004), (await scene.HotAsync(), await scene.ColdAsync()));
        var boundary = await scene.Tiers.ScalarAsync<DateTime>("SELECT boundary FROM federated_query.tiered_tables");
        Assert.Equal(new DateTime(2026, 3, 15, 0, 0, 0, DateTimeKind.Utc), boundary);
        Assert.Equal("2004", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events WHERE \"at\" < TIMESTAMPTZ '2026-03-01 00:00:00+00'"));
    }

    [Fact]
    public async Task Archive_EmptyPartitionsOfLongAgo_AreDropped()
    {
        await using var scene = await MoveScene.StartAsync(postgres);

        await scene.ArchiveAsync();

        Assert.Equal(1L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass"));
        await scene.Tiers.ExecuteAsync("INSERT INTO events VALUES (5001, '2026-02-01 03:00+00', 1, 'late')");
        Assert.Equal((1, 1), await scene.ArchiveAsync());
        Assert.Equal("2001 | 2001 | 19991.00", await scene.AllAsync());
    }

    [Theory]
    [InlineData("CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text)")]
    [InlineData("CREATE TABLE events (id bigint PRIMARY KEY, at timestamp NOT NULL, amount numeric(12,2), note text)")]
    public async Task Archive_PlainTable_MovesByDelete(string ddl)
    {
        await using var scene = await MoveScene.StartAsync(postgres, ddl);
        await scene.Tiers.ExecuteAsync("INSERT INTO events VALUES (5001, '2026-03-15 01:00', 1, 'today')");

        Assert.Equal((2000, 2), await scene.ArchiveAsync());

        Assert.Equal((1, 2000), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal("2001 | 2001 | 19991.00", await scene.AllAsync());
    }

    [Fact]
    public async Task Move_PartitionedByAColumn_WritesAFilePerValue()
    {
        await using var scene = await MoveScene.StartAsync(postgres, partitionBy: ["note"]);

        await scene.MoveAsync(First);

        Assert.Equal(Everything, await scene.AllAsync());
        var table = await scene.Tiers.Get<ColdCatalog>().Current.LoadTableAsync(new TableIdentifier("default", "events"), CancellationToken.None);
        Assert.Equal("7", table.Metadata.CurrentSnapshot!.Summary["added-data-files"]);
        Assert.Equal("143", await scene.Tiers.ColdAsync("SELECT count(*) FROM events WHERE note = 'note 3'"));
    }

    [Fact]
    public async Task Move_HotTableAltered_ColdTableFollows()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ADD COLUMN extra int, ADD COLUMN tags jsonb; UPDATE events SET extra = id % 10, tags = '{\"a\": 1}' WHERE id % 2 = 0");
        await scene.MoveAsync(First);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ALTER COLUMN extra TYPE bigint, DROP COLUMN note; UPDATE events SET extra = 5000000000 WHERE id = 1999");
        await scene.MoveAsync(First.AddDays(1));

        Assert.Equal((0, 2000), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal(
            "2000 | 1001 | 5000004000 | 1000",
            await scene.Tiers.FederatedAsync("SELECT count(*), count(extra), sum(extra)::BIGINT, count(tags) FROM events"));
        Assert.Equal("1000 | 1", await scene.Tiers.ColdAsync("SELECT count(note), max(json_extract_string(tags, '$.a')) FROM events"));
        var table = await scene.Tiers.Get<ColdCatalog>().Current.LoadTableAsync(new TableIdentifier("default", "events"), CancellationToken.None);
        Assert.Equal("id, at, amount, note, extra, tags", string.Join(", ", table.Metadata.CurrentSchema.Fields.Select(field => field.Name)));
        Assert.Equal(2, table.Metadata.Snapshots.Length);
    }

    [Fact]
    public async Task Move_HotColumnOfAnotherType_IsRefusedByName()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ALTER COLUMN note TYPE int USING length(note)");

        var error = await Assert.ThrowsAsync<TieringException>(() => scene.MoveAsync(First));

        Assert.Equal(
            "Table 'events' cannot move: it was altered after it was made tiered, and its cold table cannot follow. "
            + "Cannot change the type of the field 'note': it is of type string, and int neither becomes that nor can that become it.",
            error.Message);
        Assert.Equal((2000, 0), (await scene.HotAsync(), await scene.ColdAsync()));
    }
}
