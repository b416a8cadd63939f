using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Hot.Tests.Partitions;

public class EmptyPartitionsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly DateTimeOffset May = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task ListAsync_OnlyEmptyOnesThatEnded_OfAnyWidth()
    {
        await using var database = await CreateAsync();
        await database.ExecuteAsync("INSERT INTO events VALUES (1, '2026-01-05'), (2, '2026-03-01 12:00+00')");

        Assert.Equal("feb, mar 2", await ListAsync(database));
    }

    [Fact]
    public async Task TryDropAsync_RowsCameMeanwhile_Keeps()
    {
        await using var database = await CreateAsync();
        var (table, partition) = await FindAsync(database, "feb");
        await database.ExecuteAsync("INSERT INTO events VALUES (1, '2026-02-05')");

        Assert.False(await Partitions(database).TryDropAsync(table, partition, CancellationToken.None));
        await database.ExecuteAsync("DELETE FROM events");
        Assert.True(await Partitions(database).TryDropAsync(table, partition, CancellationToken.None));
        Assert.False(await Partitions(database).TryDropAsync(table, partition, CancellationToken.None));
        Assert.Equal("jan, mar 1, mar 2", await ListAsync(database));
    }

    [Fact]
    public async Task TryDropAsync_AReaderOfTheTable_GivesWay()
    {
        await using var database = await CreateAsync();
        var (table, partition) = await FindAsync(database, "feb");
        await using (var connection = await database.Connections.Owner.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var read = new NpgsqlCommand("SELECT count(*) FROM events", connection);
            await read.ExecuteScalarAsync();

            Assert.Null(await Partitions(database).TryDropAsync(table, partition, CancellationToken.None));
        }

        Assert.True(await Partitions(database).TryDropAsync(table, partition, CancellationToken.None));
    }

    private static EmptyPartitions Partitions(HotDatabase database) => new(database.Connections, TimeProvider.System);

    private async Task<HotDatabase> CreateAsync()
    {
        var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(
            """
            CREATE TABLE events (id bigint, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE jan PARTITION OF events FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
            CREATE TABLE feb PARTITION OF events FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00');
            CREATE TABLE "mar 1" PARTITION OF events FOR VALUES FROM ('2026-03-01 12:00+00') TO ('2026-03-01 13:00+00') PARTITION BY HASH (id);
            CREATE TABLE m1 PARTITION OF "mar 1" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE m2 PARTITION OF "mar 1" FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE "mar 2" PARTITION OF events FOR VALUES FROM ('2026-03-02 00:00+00') TO ('2026-03-03 00:00+00');
            CREATE TABLE may PARTITION OF events FOR VALUES FROM ('2026-05-01 00:00+00') TO ('2026-06-01 00:00+00');
            CREATE TABLE rest PARTITION OF events DEFAULT
            """);
        return database;
    }

    private static async Task<string> ListAsync(HotDatabase database)
    {
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        var table = (await PostgresIntrospector.FindAsync(connection, TableName.InPublic("events"), CancellationToken.None))!;
        return string.Join(", ", (await EmptyPartitions.ListAsync(connection, table, May, CancellationToken.None)).Select(partition => partition.Name.Name));
    }

    private static async Task<(PostgresTable Table, PostgresPartition Partition)> FindAsync(HotDatabase database, string name)
    {
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        var table = (await PostgresIntrospector.FindAsync(connection, TableName.InPublic("events"), CancellationToken.None))!;
        return (table, table.Partitions.Single(partition => partition.Name.Name == name));
    }
}
