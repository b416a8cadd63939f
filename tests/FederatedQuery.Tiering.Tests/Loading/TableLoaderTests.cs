using FederatedQuery.Cold.Staging;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Moves;

namespace FederatedQuery.Tiering.Tests.Loading;

public class TableLoaderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>400 rows, one every 6 hours, the newest at 2026-03-15 06:00; the 30 hot days hold those from 2026-02-13 on: 122.</summary>
    private const string Rows = """
        SELECT i AS id, TIMESTAMP '2026-03-15 06:00:00' - i * INTERVAL 6 HOUR AS "when", (i * 0.25)::DECIMAL(10,2) AS amount, 'row ' || i AS note,
          i % 2 = 0 AS even, CASE WHEN i % 3 = 0 THEN NULL ELSE i / 7.0::DOUBLE END AS ratio
        FROM range(400) AS numbers(i)
        """;

    private const string Summary = "SELECT count(*), count(DISTINCT id), sum(amount)::DECIMAL(12,2), count(ratio), count(*) FILTER (WHERE even) FROM t";
    private const string All = "400 | 400 | 19950.00 | 266 | 200";

    [Theory]
    [InlineData("t.csv", "FORMAT csv")]
    [InlineData("t.csv.gz", "FORMAT csv, COMPRESSION gzip")]
    [InlineData("t.ndjson", "FORMAT json")]
    [InlineData("t.parquet", "FORMAT parquet")]
    public async Task Load_AFileWithAKey_SplitsByAge(string file, string format)
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await WriteAsync(tiers, file, format, Rows);

        var result = await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.File(tiers.File(file)), PrimaryKey = ["id"] });

        Assert.Equal((true, 122, 278), (result.Created, result.HotRows, result.ColdRows));
        Assert.Equal(All, await tiers.FederatedAsync(Summary));
        Assert.Equal(122L, await tiers.ScalarAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal("278", await tiers.ColdAsync("SELECT count(*) FROM t WHERE \"when\" < TIMESTAMP '2026-02-13'"));
        Assert.Equal(
            "when | {id}",
            await tiers.ScalarAsync<string>("SELECT time_column || ' | ' || primary_key::text FROM federated_query.tiered_tables"));
        Assert.Equal(0L, await tiers.ScalarAsync<long>("SELECT count(*) FROM t_default"));
        Assert.Equal("278 | 70 | load", await tiers.ScalarAsync<string>("SELECT sum(rows) || ' | ' || count(DISTINCT day) || ' | ' || min(kind) FROM federated_query.moves"));
    }

    [Fact]
    public async Task Load_WithoutAKey_AddsUuidsOfVersion7()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);

        await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows") });
        await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows") });

        Assert.Equal("800 | 800 | 400", await tiers.FederatedAsync("SELECT count(*), count(DISTINCT row_id), count(DISTINCT id) FROM t"));
        Assert.Equal("800", await tiers.FederatedAsync("SELECT count(*) FROM t WHERE substr(row_id::VARCHAR, 15, 1) = '7'"));
    }

    [Theory]
    [InlineData("id = 5", "PostgreSQL refuses the rows of 'again' for table 't': duplicate key value violates unique constraint")]
    [InlineData("id = 350", "1 rows have a key (id) that table 'default.t' has already, such as (350). Was the source loaded before?")]
    public async Task Load_KeysThatAreThere_IsRefused(string condition, string message)
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows"), PrimaryKey = ["id"] });

        var error = await Assert.ThrowsAsync<TieringException>(() => LoadAsync(
            tiers, new LoadRequest { TableName = "t", Source = RowSource.Select($"SELECT * FROM ({Rows}) WHERE {condition}", "again") }));

        Assert.Equal(TieringErrorKind.InvalidSource, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(All, await tiers.FederatedAsync(Summary));
    }

    [Fact]
    public async Task Load_NewRowsIntoATieredTable_AreAppendedWhereTheyBelong()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows"), PrimaryKey = ["id"] });

        var result = await LoadAsync(tiers, new LoadRequest
        {
            TableName = "t",
            Source = RowSource.Select("SELECT 1000 + i AS id, TIMESTAMP '2026-01-01' + i * INTERVAL 60 DAY AS \"when\" FROM range(2) AS r(i)", "more"),
        });

        Assert.Equal((false, 1, 1), (result.Created, result.HotRows, result.ColdRows));
        Assert.Equal("402 | 402 | 19950.00 | 266 | 200", await tiers.FederatedAsync(Summary));
    }

    [Fact]
    public async Task Load_NestedAndJson_KeepTheirTypes()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        const string Select = """
            SELECT i AS id, TIMESTAMPTZ '2026-03-01 00:00:00+00' - i * INTERVAL 30 DAY AS at_time, [i, i + 1] AS list, {'x': i, 'y': 'text'} AS point,
              json_object('n', i) AS doc, i::UTINYINT AS small, uuid() AS u, 'bytes'::BLOB AS b, DATE '2026-01-01' AS d, TIME '01:02:03' AS clock
            FROM range(4) AS r(i)
            """;

        var result = await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Select, "rows"), PrimaryKey = ["id"] });

        Assert.Equal((1, 3), (result.HotRows, result.ColdRows));
        Assert.Equal(
            "10 | 6 | 6 | 4",
            await tiers.FederatedAsync("SELECT sum(list[2])::INT, sum(point.x)::INT, sum((doc->>'$.n')::INT)::INT, count(*) FILTER (WHERE clock = TIME '01:02:03') FROM t"));
        Assert.Equal("jsonb", await tiers.ScalarAsync<string>("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'doc'"));
    }

    [Fact]
    public async Task Load_HotOnlyAndColdOnly_GoToOneTier()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);

        var hot = await LoadAsync(tiers, new LoadRequest
        {
            TableName = "users",
            Source = RowSource.Select("SELECT i AS id, 'user ' || i AS name FROM range(10) AS r(i)", "users"),
            PrimaryKey = ["id"],
            Tiers = LoadTiers.HotOnly,
        });
        var cold = await LoadAsync(tiers, new LoadRequest { TableName = "iceberg_db.t", Source = RowSource.Select(Rows, "rows"), Tiers = LoadTiers.ColdOnly });
        var tiered = await LoadAsync(tiers, new LoadRequest
        {
            TableName = "t",
            Source = RowSource.Select($"SELECT *, id % 10 AS user_id FROM ({Rows})", "rows"),
            PrimaryKey = ["id"],
            ForeignKeys = [new ForeignKey("user_id", "users", "id")],
        });

        Assert.Equal((10, 0), (hot.HotRows, hot.ColdRows));
        Assert.Equal((0, 400), (cold.HotRows, cold.ColdRows));
        Assert.Equal(400, tiered.Rows);
        Assert.Equal("400 | 10", await tiers.FederatedAsync("SELECT count(*), count(DISTINCT name) FROM t JOIN users ON users.id = t.user_id"));
        Assert.Equal("400", await tiers.ColdAsync("SELECT count(*) FROM iceberg_db.t"));
        Assert.Equal(400, (await LoadAsync(tiers, new LoadRequest { TableName = "iceberg_db.t", Source = RowSource.Select(Rows, "rows") })).ColdRows);
    }

    [Fact]
    public async Task Load_ThenArchiveLater_MovesTheRest()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows"), PrimaryKey = ["id"] });
        var table = (await tiers.Get<Hot.Control.TieredTableStore>().ListAsync(CancellationToken.None)).Single();

        var moved = await tiers.Get<ArchiveJob>().ArchiveAsync(
            table, tiers.Get<ArchiveJob>().CutoffOf(table, TieringScene.Now), new Tiering.Jobs.JobProgress(), CancellationToken.None);

        Assert.Equal((120, 30), moved);
        Assert.Equal(All, await tiers.FederatedAsync(Summary));
        Assert.Equal("398", await tiers.ColdAsync("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("missing.csv", null, "cannot be loaded: it does not exist.")]
    [InlineData("", null, "is a folder; name one file.")]
    [InlineData("a.xlsx", "x", "its extension '.xlsx' names no format.")]
    [InlineData("a.csv", "id,when\n", "'a.csv' has no rows.")]
    [InlineData("a.ndjson", "{\"id\": 1, \"when\": \"2026-01-01\"}\n{\"id\": 2,\n", "'a.ndjson' cannot be read: ")]
    [InlineData("a.parquet", "not parquet", "'a.parquet' cannot be read: ")]
    [InlineData("a.csv", "id,name\n1,x\n2,y\n", "The rows have no date or timestamp column, which rows move to the cold tier by. Columns: id BIGINT, name VARCHAR.")]
    [InlineData("a.csv", "id,when\n1,2026-01-01\n2,\n3,\n", "2 rows have no time in 'when' (or an infinite one), the first of them row 2.")]
    [InlineData("a.csv", "id,when\n1,2026-01-01\n,2026-01-01\n", "1 rows have no value in the key column 'id', the first of them row 2.")]
    [InlineData("a.csv", "id,when\n1,2026-01-01\n1,2026-01-02\n", "1 values of the key (id) belong to several rows, such as (1).")]
    [InlineData("a.csv", "nr,when\n1,2026-01-01\n", "Column 'id' of primaryKey is not a column of the rows. They have: nr BIGINT, when DATE.")]
    public async Task Load_BadSources_AreRefusedAndLeaveNothing(string file, string? content, string message)
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        if (content is not null)
        {
            await File.WriteAllTextAsync(tiers.File(file), content);
        }

        var error = await Assert.ThrowsAsync<TieringException>(() => LoadAsync(
            tiers, new LoadRequest { TableName = "t", Source = RowSource.File(tiers.File(file)), PrimaryKey = ["id"] }));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        await AssertNothingAsync(tiers);
    }

    [Fact]
    public async Task Load_FailsInTheMiddle_LeavesNothing()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("CREATE TABLE users (id bigint PRIMARY KEY)");

        var error = await Assert.ThrowsAsync<TieringException>(() => LoadAsync(tiers, new LoadRequest
        {
            TableName = "t",
            Source = RowSource.Select(Rows, "rows"),
            PrimaryKey = ["id"],
            ForeignKeys = [new ForeignKey("id", "users", "id")],
        }));

        Assert.StartsWith("PostgreSQL refuses the rows of 'rows' for table 't': insert or update on table", error.Message, StringComparison.Ordinal);
        await AssertNothingAsync(tiers);
        Assert.DoesNotContain(Directory.GetFiles(tiers.File("warehouse"), "*.parquet", SearchOption.AllDirectories), _ => true);
    }

    [Fact]
    public async Task Load_UnknownColumns_AreNamed()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows"), PrimaryKey = ["id"] });

        var error = await Assert.ThrowsAsync<TieringException>(() => LoadAsync(tiers, new LoadRequest
        {
            TableName = "t",
            Source = RowSource.Select("SELECT 1 AS id, DATE '2026-01-01' AS \"when\", 2 AS extra, 3 AS more", "rows"),
        }));

        Assert.Equal("The rows have columns that table 't' has not: 'extra', 'more'. The table has: id, when, amount, note, even, ratio.", error.Message);
    }

    [Fact]
    public async Task Load_ValueThatDoesNotFitTheTable_IsRefused()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows"), PrimaryKey = ["id"] });

        var error = await Assert.ThrowsAsync<TieringException>(() => LoadAsync(tiers, new LoadRequest
        {
            TableName = "t",
            Source = RowSource.Select("SELECT 5000 AS id, TIMESTAMP '2026-03-10' AS \"when\", 'abc' AS amount", "rows"),
        }));

        Assert.StartsWith("The rows of 'rows' do not fit table 't': ", error.Message, StringComparison.Ordinal);
        Assert.Contains("abc", error.Message, StringComparison.Ordinal);
        Assert.Equal(All, await tiers.FederatedAsync(Summary));
    }

    [Fact]
    public async Task Load_Progress_EndsWithAllRows()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var seen = new List<LoadProgress>();

        await tiers.Get<TableLoader>().LoadAsync(
            new LoadRequest { TableName = "t", Source = RowSource.Select(Rows, "rows"), PrimaryKey = ["id"] }, new Recorder(seen), CancellationToken.None);

        Assert.Equal(new LoadProgress(LoadPhase.Reading, 0, null), seen[0]);
        Assert.Equal(new LoadProgress(LoadPhase.Done, 400, 400), seen[^1]);
        Assert.Equal(seen.Select(step => step.Rows).Order(), seen.Select(step => step.Rows));
    }

    private static Task<LoadResult> LoadAsync(TieringScene tiers, LoadRequest request) =>
        tiers.Get<TableLoader>().LoadAsync(request, null, CancellationToken.None);

    private static async Task WriteAsync(TieringScene tiers, string file, string format, string select)
    {
        using var database = DuckDb.DuckDBDatabase.Open();
        using var connection = database.Connect();
        await connection.ExecuteAsync($"COPY ({select}) TO '{tiers.File(file)}' ({format})", CancellationToken.None);
    }

    private static async Task AssertNothingAsync(TieringScene tiers)
    {
        Assert.Equal(0L, await tiers.ScalarAsync<long>("SELECT count(*) FROM iceberg_tables"));
        Assert.Equal(0L, await tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.tiered_tables"));
        Assert.Equal(0L, await tiers.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 't'"));
    }

    private sealed class Recorder(List<LoadProgress> seen) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => seen.Add(value);
    }
}
