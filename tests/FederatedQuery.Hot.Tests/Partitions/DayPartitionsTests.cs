using System.Globalization;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedQuery.Hot.Tests.Partitions;

public class DayPartitionsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TableName Events = TableName.InPublic("events");
    private static readonly DateOnly FirstDay = new(2026, 1, 1);

    private static readonly Schema EventsSchema = new(
        0,
        NestedField.RequiredField(1, "id", IcebergType.Long, "the id"),
        NestedField.OptionalField(2, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "name", IcebergType.String),
        NestedField.OptionalField(4, "price", IcebergType.Decimal(12, 2)),
        NestedField.OptionalField(5, "data", IcebergType.String),
        NestedField.OptionalField(6, "tags", new ListType(8, IcebergType.String, false)),
        NestedField.OptionalField(7, "place", new StructType(NestedField.OptionalField(9, "x", IcebergType.Double), NestedField.OptionalField(10, "y", IcebergType.Double))));

    [Fact]
    public async Task CreateTableAsync_ASchema_IsReadBackTheSame()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await CreateAsync(database);

        var table = await FindAsync(database);

        Assert.Equal(
            EventsSchema.Fields.Select(field => field.Name == "at" ? field with { Required = true } : field).Select(field => field.ToString()),
            table.Schema.Fields.Select(field => field.ToString()));
        Assert.Equal(("id, at", "at", "the id"), (string.Join(", ", table.PrimaryKey), table.RangePartitionColumn, table.Schema.Fields[0].Doc));
        Assert.Equal(5, Assert.Single(table.JsonFieldIds));
        Assert.True(Assert.Single(table.Partitions).IsDefault);
        Assert.Equal("brin", await database.ScalarAsync<string>("SELECT am.amname::text FROM pg_class c JOIN pg_am am ON am.oid = c.relam WHERE c.relname = 'events_brin'"));
    }

    [Fact]
    public async Task EnsureAsync_RowsInTheDefaultPartition_MoveToTheirDay()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        var partitions = await CreateAsync(database);
        await database.ExecuteAsync("INSERT INTO events (id, at) SELECT g, timestamptz '2026-01-01 00:00+00' + g * interval '6 hours' FROM generate_series(0, 11) g");

        Assert.Equal(2, await partitions.EnsureAsync(Events, [FirstDay.AddDays(1), FirstDay, FirstDay], CancellationToken.None));
        Assert.Equal(0, await partitions.EnsureAsync(Events, [FirstDay], CancellationToken.None));

        var table = await FindAsync(database);
        Assert.Equal([FirstDay, FirstDay.AddDays(1), null], table.Partitions.Select(partition => partition.Day));
        Assert.Equal("4 4 4", await database.ScalarAsync<string>(
            "SELECT (SELECT count(*) FROM events_p20260101) || ' ' || (SELECT count(*) FROM events_p20260102) || ' ' || (SELECT count(*) FROM events_default)"));
        Assert.Equal(12L, await database.ScalarAsync<long>("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task EnsureAsync_ReadersAndWritersAtWork_WaitsForNone()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        var partitions = await CreateAsync(database);
        await partitions.EnsureAsync(Events, [FirstDay], CancellationToken.None);
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO events (id, at) VALUES (1, '2026-01-01 12:00+00')", connection);
        await insert.ExecuteNonQueryAsync();

        Assert.Equal(1, await partitions.EnsureAsync(Events, [FirstDay.AddDays(1)], CancellationToken.None));
    }

    [Fact]
    public async Task EnsureAsync_TwoAtOnce_MakeEachDayOnce()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        var partitions = await CreateAsync(database);
        var days = Enumerable.Range(0, 20).Select(FirstDay.AddDays).ToList();

        var made = await Task.WhenAll(partitions.EnsureAsync(Events, days, CancellationToken.None), partitions.EnsureAsync(Events, days, CancellationToken.None));

        Assert.Equal(20, made.Sum());
        Assert.Equal(21, (await FindAsync(database)).Partitions.Length);
    }

    [Fact]
    public async Task ReadAsync_PartitionedAndNot_GivesRowsPerDay()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        var partitions = await CreateAsync(database);
        await partitions.EnsureAsync(Events, [FirstDay], CancellationToken.None);
        await database.ExecuteAsync(
            """
            INSERT INTO events (id, at) SELECT g, timestamptz '2026-01-01 00:00+00' + g * interval '6 hours' FROM generate_series(0, 9) g;
            CREATE TABLE plain AS SELECT * FROM events; ANALYZE
            """);
        await using var connection = await database.Connections.Owner.OpenConnectionAsync();

        foreach (var (name, isEstimate) in new[] { ("events", true), ("plain", false) })
        {
            var table = (await PostgresIntrospector.FindAsync(connection, TableName.InPublic(name), CancellationToken.None))!;
            var figures = await DayFiguresReader.ReadAsync(connection, table, "at", CancellationToken.None);
            Assert.Equal(
                [(FirstDay, 4L, isEstimate), (FirstDay.AddDays(1), 4L, false), (FirstDay.AddDays(2), 2L, false)],
                figures.Select(day => (day.Day, day.Rows, day.IsEstimate)));
            Assert.All(figures, day => Assert.True(day.Bytes > 0));
        }
    }

    [Fact]
    public async Task CreateTableAsync_TimeColumnIsNoTime_SaysSo()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);

        var error = await Assert.ThrowsAsync<HotException>(() => Partitions(database).CreateTableAsync(
            Events, EventsSchema, "name", ["id"], new HashSet<int>(), CancellationToken.None));

        Assert.Equal("The time column 'name' of table 'events' is of type string; it must be a date, timestamp or timestamptz.", error.Message);
    }

    [Theory]
    [InlineData("events", "events_p20260101")]
    [InlineData("a_table_whose_name_takes_all_sixty_three_bytes_that_there_can_be", "a_table_whose_name_takes_all_sixty_three_")]
    public void Day_AnyName_FitsAndTellsApart(string name, string start)
    {
        var partition = PartitionNames.Day(TableName.InPublic(name), FirstDay).Name;

        Assert.StartsWith(start, partition, StringComparison.Ordinal);
        Assert.EndsWith("_p20260101", partition, StringComparison.Ordinal);
        Assert.True(partition.Length <= 63, partition.Length.ToString(CultureInfo.InvariantCulture));
        Assert.NotEqual(partition, PartitionNames.Day(TableName.InPublic(name + "x"), FirstDay).Name);
    }

    private static DayPartitions Partitions(HotDatabase database) =>
        new(database.Connections, TimeProvider.System, NullLogger<DayPartitions>.Instance);

    private static async Task<DayPartitions> CreateAsync(HotDatabase database)
    {
        var partitions = Partitions(database);
        await partitions.CreateTableAsync(Events, EventsSchema, "at", ["id"], new HashSet<int> { 5 }, CancellationToken.None);
        return partitions;
    }

    private static async Task<PostgresTable> FindAsync(HotDatabase database) =>
        (await new PostgresIntrospector(database.Connections).FindAsync(Events, CancellationToken.None))!;
}
