using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Hot.Tests.Control;

public class ControlTablesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task MigrateAsync_TwoAtOnce_MigrateOnce()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Migrate(database)));

        await using var context = ControlDbContext.On(database.Connections.Owner);
        Assert.Equal(context.Database.GetMigrations().LongCount(), await database.ScalarAsync<long>("SELECT count(*) FROM federated_query.migrations"));
    }

    [Fact]
    public async Task Model_AgainstTheMigrations_HasNoChange()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await using var context = ControlDbContext.On(database.Connections.Owner);

        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task SaveAsync_KnownTable_ReplacesSettingsAndKeepsTheBoundary()
    {
        await using var database = await StartAsync();
        var store = new TieredTableStore(database.Connections);
        var sales = TableName.InPublic("sales");
        await store.SaveAsync(Sales(), CancellationToken.None);
        await AdvanceAsync(database, sales, Noon);
        await AdvanceAsync(database, sales, Noon.AddDays(-1));

        await store.SaveAsync(Sales() with { HotDays = 7, PartitionBy = ["day(date)", "region"] }, CancellationToken.None);

        var found = Assert.Single(await store.ListAsync(CancellationToken.None));
        Assert.Equal((7, 730, Noon, Noon.AddDays(-30)), (found.HotDays, found.ColdDays, found.Boundary, found.CreatedAt));
        Assert.Equal(["id", "date"], found.PrimaryKey);
        Assert.Equal(["day(date)", "region"], found.PartitionBy);
        Assert.True(await store.RemoveAsync(sales, CancellationToken.None));
        Assert.Null(await store.FindAsync(sales, CancellationToken.None));
    }

    /// <summary>Of tables that were tiered before the migration as well.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FindAsync_ColumnsWereRenamed_NamesThemAsTheyAreCalledNow(bool wasThere)
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync("CREATE TABLE sales (id bigint, gone int, date timestamptz, region text); ALTER TABLE sales DROP COLUMN gone");
        var store = new TieredTableStore(database.Connections);
        if (wasThere)
        {
            await using (var context = ControlDbContext.On(database.Connections.Owner))
            {
                await context.GetService<IMigrator>().MigrateAsync("20261122083000_ErasedConditions");
            }

            await database.ExecuteAsync(
                """
                INSERT INTO federated_query.tiered_tables (schema_name, table_name, namespace, time_column, primary_key, partition_by, created_at)
                VALUES ('public', 'sales', 'default', 'date', '{id,date}', '{region}', now())
                """);
        }

        await Migrate(database);
        if (!wasThere)
        {
            await store.SaveAsync(Sales() with { PartitionBy = ["region"] }, CancellationToken.None);
        }

        await database.ExecuteAsync("ALTER TABLE sales RENAME date TO other; ALTER TABLE sales RENAME region TO date; ALTER TABLE sales RENAME other TO at");

        var found = await store.FindAsync(TableName.InPublic("sales"), CancellationToken.None);
        Assert.Equal(("at", "id, at", "date"), (found!.TimeColumn, string.Join(", ", found.PrimaryKey), string.Join(", ", found.PartitionBy)));

        // As after a dump and restore: numbers are those of another table, and names those that were last noted.
        await FollowAsync(database);
        await database.ExecuteAsync("DROP TABLE sales; CREATE TABLE sales (date text, at timestamptz, id bigint)");
        found = await store.FindAsync(TableName.InPublic("sales"), CancellationToken.None);
        Assert.Equal(("at", "id, at", "date"), (found!.TimeColumn, string.Join(", ", found.PrimaryKey), string.Join(", ", found.PartitionBy)));
        await FollowAsync(database);
        await database.ExecuteAsync("ALTER TABLE sales RENAME at TO sold");
        Assert.Equal("sold", Assert.Single(await store.ListAsync(CancellationToken.None)).TimeColumn);

        static async Task FollowAsync(HotDatabase database)
        {
            await using var connection = await database.Connections.Owner.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await TieredTableStore.FollowAsync(transaction, TableName.InPublic("sales"), CancellationToken.None);
            await transaction.CommitAsync();
        }
    }

    [Fact]
    public async Task AddMove_TransactionRollsBack_LeavesNone()
    {
        await using var database = await StartAsync();
        var move = new Move
        {
            Schema = "public",
            Name = "sales",
            Day = new DateOnly(2026, 1, 2),
            Rows = 3,
            Checksum = "abc",
            SnapshotId = 9,
            MetadataLocation = "m",
            MovedAt = Noon,
        };
        foreach (var commit in new[] { false, true })
        {
            await using var connection = await database.Connections.Owner.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await MoveStore.AddAsync(transaction, move, CancellationToken.None);
            if (commit)
            {
                await transaction.CommitAsync();
            }
        }

        var found = Assert.Single(await new MoveStore(database.Connections).ListAsync(TableName.InPublic("sales"), CancellationToken.None));
        Assert.Equal(move with { Id = found.Id }, found);
    }

    [Fact]
    public async Task TryLease_OneJobTwoOwners_OneHasIt()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        var job = await jobs.AddAsync("archive", "sales", "{\"before\": 1}", CancellationToken.None);

        var leased = await Task.WhenAll(
            jobs.TryLeaseAsync("a", ["archive"], Lease, CancellationToken.None),
            jobs.TryLeaseAsync("b", ["archive"], Lease, CancellationToken.None));

        var owner = Assert.Single(leased, found => found is not null)!;
        Assert.Equal((job.Id, JobState.Running), (owner.Id, owner.State));
        Assert.Null(await jobs.TryLeaseAsync("c", ["archive"], Lease, CancellationToken.None));
        Assert.Null(await jobs.TryLeaseAsync("c", ["load"], Lease, CancellationToken.None));
    }

    [Fact]
    public async Task FinishAsync_LeaseLapsedAndTakenOver_OnlyTheNewOwnerEndsIt()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        var job = await jobs.AddAsync("archive", null, null, CancellationToken.None);
        var first = (await jobs.TryLeaseAsync("a", ["archive"], TimeSpan.FromSeconds(-1), CancellationToken.None))!;
        // The same process again, which is not the same holder.
        var second = (await jobs.TryLeaseAsync("a", ["archive"], Lease, CancellationToken.None))!;
        Assert.Equal((job.Id, 0, job.Id, 1), (first.Id, first.Takeovers, second.Id, second.Takeovers));

        Assert.False(await jobs.RenewAsync(first, Lease, 0.5, "", 1, 1, CancellationToken.None));
        Assert.False(await jobs.ReleaseAsync(first, "", CancellationToken.None));
        Assert.False(await jobs.FinishAsync(first, JobState.Failed, "", 0, 0, CancellationToken.None));
        Assert.True(await jobs.RenewAsync(second, Lease, 0.5, "half", 1, 2, CancellationToken.None));
        Assert.True(await jobs.FinishAsync(second, JobState.Succeeded, "done", 3, 4, CancellationToken.None));

        var ended = (await jobs.FindAsync(job.Id, CancellationToken.None))!;
        Assert.Equal((JobState.Succeeded, 1.0, "done", 3L, 4L, null), (ended.State, ended.Progress, ended.Message, ended.Rows, ended.Bytes, ended.LeaseOwner));
        Assert.NotNull(ended.FinishedAt);
        Assert.Empty(await jobs.CancelAsync(job.Id, "late", CancellationToken.None));
    }

    [Fact]
    public async Task HoldsAsync_LeaseThatAnotherHasTaken_IsLost()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        await jobs.AddAsync("archive", null, null, CancellationToken.None);
        var first = await jobs.TryLeaseAsync("a", ["archive"], TimeSpan.FromSeconds(-1), CancellationToken.None);
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        await using (var before = await connection.BeginTransactionAsync())
        {
            Assert.True(await JobStore.HoldsAsync(before, first!, CancellationToken.None));

            // The transaction keeps the job from being taken until it has ended.
            Assert.Null(await jobs.TryLeaseAsync("b", ["archive"], Lease, CancellationToken.None));
            Assert.True(await jobs.RenewAsync(first!, TimeSpan.FromSeconds(-1), 0.5, "still here", 0, 0, CancellationToken.None));
            Assert.Null(await jobs.TryLeaseAsync("b", ["archive"], Lease, CancellationToken.None));
        }

        var second = await jobs.TryLeaseAsync("b", ["archive"], Lease, CancellationToken.None);
        await using var after = await connection.BeginTransactionAsync();
        Assert.False(await JobStore.HoldsAsync(after, first!, CancellationToken.None));
        Assert.True(await JobStore.HoldsAsync(after, second!, CancellationToken.None));
    }

    private static TieredTable Sales() => new()
    {
        Schema = "public",
        Name = "sales",
        Namespace = "default",
        TimeColumn = "date",
        PrimaryKey = ["id", "date"],
        PartitionBy = ["day(date)"],
        HotDays = 30,
        ColdDays = 730,
        CreatedAt = Noon.AddDays(-30),
    };

    private async Task<HotDatabase> StartAsync()
    {
        var database = await HotDatabase.CreateAsync(postgres);
        await Migrate(database);
        return database;
    }

    private static Task Migrate(HotDatabase database) =>
        new ControlMigrator(database.Connections, NullLogger<ControlMigrator>.Instance).MigrateAsync(CancellationToken.None);

    private static async Task AdvanceAsync(HotDatabase database, TableName table, DateTimeOffset boundary)
    {
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await TieredTableStore.AdvanceBoundaryAsync(transaction, table, boundary, CancellationToken.None);
        await transaction.CommitAsync();
    }
}
