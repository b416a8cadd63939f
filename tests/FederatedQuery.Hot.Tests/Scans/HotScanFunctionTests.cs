using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Hot.Tests.Scans;

public class HotScanFunctionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Scan_ManyRows_GivesEachOnce()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT g::int8 AS id, 'row ' || g AS name FROM generate_series(1, 10000) g");
        using var lease = scene.Scan();

        Assert.Equal("10000 | 50005000 | 78894", scene.Single($"SELECT count(*), sum(id)::BIGINT, sum(length(name))::BIGINT FROM {lease.Sql}"));
        Assert.Equal(10_000, lease.Scan.Statistics.Rows);
        Assert.True(lease.Scan.Statistics.Bytes > 10_000);
        Assert.Equal("SELECT \"id\", \"name\" FROM \"public\".\"t\"", lease.Scan.Sql);
    }

    [Fact]
    public async Task Scan_CountOnly_AsksForTheFirstColumnAlone()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT g AS id, repeat('x', 1000) AS wide FROM generate_series(1, 3000) g");
        using var lease = scene.Scan();

        Assert.Equal("3000", scene.Single($"SELECT count(*) FROM {lease.Sql}"));
        Assert.Equal(19 + (3000 * (2 + 4 + 4)) + 2, lease.Scan.Statistics.Bytes);
    }

    [Fact]
    public async Task Scan_GivenUpEarly_LeavesTheSessionUsable()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT g AS id, repeat('x', 500) AS wide FROM generate_series(1, 100000) g");
        using var lease = scene.Scan();

        Assert.Equal("1 | xxx", scene.Single($"SELECT id, wide[:3] FROM {lease.Sql} LIMIT 1"));

        Assert.True(lease.Scan.Statistics.Rows < 100_000);
        Assert.Equal("100000", scene.Single($"SELECT count(*) FROM {lease.Sql}"));
    }

    [Fact]
    public async Task Scan_TwoAtOnce_ReadOneSnapshot()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 5000) g");
        await scene.Database.ExecuteAsync("INSERT INTO t VALUES (5001)");
        using var left = scene.Scan();
        using var right = scene.Scan();

        Assert.Equal("5000 | 12502500", scene.Single($"SELECT count(*), sum(id)::BIGINT FROM {left.Sql} AS l JOIN {right.Sql} AS r USING (id)"));
    }

    [Fact]
    public async Task Scan_PartitionsInParallel_GivesEachRowOnce()
    {
        await using var scene = await StartAsync(
            """
            CREATE TABLE t (at timestamptz NOT NULL, id int) PARTITION BY RANGE (at);
            CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-01-02 00:00+00');
            CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2026-01-02 00:00+00') TO ('2026-01-03 00:00+00');
            CREATE TABLE t_rest PARTITION OF t DEFAULT;
            INSERT INTO t SELECT timestamptz '2026-01-01 00:00+00' + g * interval '1 minute', g FROM generate_series(0, 4999) g
            """);
        using var lease = scene.Scan(maximumThreads: 3);

        Assert.Equal("5000 | 12497500", scene.Single($"SELECT count(*), sum(id)::BIGINT FROM {lease.Sql}"));
    }

    [Fact]
    public async Task Scan_Predicate_IsPushedDown()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT g AS id, 'it''s \\' || g AS name FROM generate_series(1, 1000) g");
        using var lease = scene.Scan(Expression.Or(Expression.Equal("name", Literal.String("it's \\7")), Expression.GreaterThan("id", Literal.Int(998))));

        Assert.Equal("3 | 2006", scene.Single($"SELECT count(*), sum(id)::BIGINT FROM {lease.Sql}"));
        Assert.Equal("(\"name\" = E'it''s \\\\7' OR \"id\" > '998'::int4)", lease.Scan.Where);
        Assert.Equal(3, lease.Scan.Statistics.Rows);
    }

    /// <summary>PostgreSQL forgets the default partition where IS NOT NULL stands beside a choice of values or ranges.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_NotNullAndOneOfSeveral_FindsTheDefaultPartitionsRows(bool areValues)
    {
        await using var scene = await StartAsync(
            """
            CREATE TABLE t (at timestamptz, id int) PARTITION BY RANGE (at);
            CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-01-02 00:00+00');
            CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2026-01-02 00:00+00') TO ('2026-01-03 00:00+00');
            CREATE TABLE t_rest PARTITION OF t DEFAULT;
            INSERT INTO t VALUES (NULL, 0), ('2026-01-01 00:00+00', 1), ('2026-01-02 00:00+00', 2), ('2026-01-05 00:00+00', 3);
            """);
        var (first, last) = (Literal.Timestamptz(EpochTime.MicrosOf(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))), Literal.Timestamptz(EpochTime.MicrosOf(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero))));
        var choice = areValues ? Expression.In("at", [first, last]) : Expression.Or(Expression.LessThanOrEqual("at", first), Expression.GreaterThanOrEqual("at", last));
        using var lease = scene.Scan(Expression.And(Expression.NotNull("at"), choice));

        Assert.Equal(["1", "3"], scene.Rows($"SELECT id FROM {lease.Sql} ORDER BY id"));
        Assert.Equal(2, lease.Scan.Statistics.Rows);
    }

    [Fact]
    public async Task Scan_ValueThatDoesNotFit_FailsTheQueryWithItsColumn()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT 'NaN'::numeric AS price");
        using var lease = scene.Scan();

        var error = Assert.Throws<DuckDBException>(() => scene.Single($"SELECT * FROM {lease.Sql}"));

        Assert.Contains("Column 'price' of type numeric, row 1 of what was read: NaN does not fit DECIMAL(38,9).", error.Message, StringComparison.Ordinal);
        Assert.IsType<HotException>(error.InnerException);
    }

    [Fact]
    public async Task Scan_CancelledBeforeItsFirstRow_EndsOnTheServerAndTheSessionLivesOn()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 3) g");
        await scene.Database.ExecuteAsync("CREATE VIEW slow AS SELECT id, (SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b)::text AS wait FROM t");
        using var lease = await scene.ScanAsync("slow");
        using var cancellation = new CancellationTokenSource();
        var query = Task.Run(() => scene.Single($"SELECT count(wait) FROM {lease.Sql}", cancellation.Token));
        await scene.Database.UntilCopiesRunAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        await scene.Database.UntilCopiesRunAsync(0);
        using var next = scene.Scan();
        Assert.Equal("3", scene.Single($"SELECT count(*) FROM {next.Sql}"));
    }

    [Fact]
    public async Task Scan_Cancelled_EndsAtOnce()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 3000) g");
        await scene.Database.ExecuteAsync(
            "CREATE VIEW slow AS SELECT id, CASE WHEN id > 2500 THEN (SELECT count(*) FROM generate_series(1, 1000000000))::text END AS wait FROM t");
        using var lease = await scene.ScanAsync("slow");
        using var cancellation = new CancellationTokenSource();
        var query = Task.Run(() => scene.Single($"SELECT count(wait) FROM {lease.Sql}", cancellation.Token));
        while (lease.Scan.Statistics.Rows == 0)
        {
            await Task.Yield();
        }

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
    }

    [Fact]
    public async Task Scan_LeaseEnded_IsNotFound()
    {
        await using var scene = await StartAsync("CREATE TABLE t AS SELECT 1 AS id");
        var lease = scene.Scan();
        lease.Dispose();

        var error = Assert.Throws<DuckDBException>(() => scene.Single($"SELECT * FROM {lease.Sql}"));

        Assert.Contains("There is no scan 1: its lease has ended.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_TableIsGone_SaysSo()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);

        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => HotReadSession.OpenAsync(database.Connections.Owner, [TableName.InPublic("t")], LockTimeout, CancellationToken.None));

        Assert.Equal(Npgsql.PostgresErrorCodes.UndefinedTable, error.SqlState);
    }

    private Task<ScanScene> StartAsync(string sql) => ScanScene.StartAsync(postgres, sql, LockTimeout);
}
