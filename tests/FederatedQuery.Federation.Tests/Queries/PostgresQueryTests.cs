using System.Text;
using System.Text.Json.Nodes;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Testing;

namespace FederatedQuery.Federation.Tests.Queries;

public sealed class PostgresQueryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    /// <summary>The time limit of those that run into it; a busy machine must not run the others into it.</summary>
    private static readonly TimeSpan Impatience = TimeSpan.FromSeconds(2);

    private GatewayServices _services = null!; // set before the first test runs

    public async Task InitializeAsync()
    {
        _services = await GatewayServices.StartAsync(postgres);
        await _services.ExecuteAsync("""
            CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, score numeric, tags text[], doc jsonb, seen timestamptz, day date);
            INSERT INTO users VALUES
              (1, 'Ada', 3.14159265358979323846264338327950288419716939937510, '{a,b}', '{"k": [1, null]}', '2024-01-02 03:04:05.678+00', '2024-02-29'),
              (2, 'Zoë 😀', 'NaN', NULL, NULL, NULL, NULL);
            GRANT SELECT ON users TO PUBLIC
            """);
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Theory]
    [InlineData("SELECT * FROM users ORDER BY id LIMIT 1", """[{"id":1,"name":"Ada","score":3.14159265358979323846264338327950288419716939937510,"tags":["a","b"],"doc":{"k": [1, null]},"seen":"2024-01-02T03:04:05.678Z","day":"2024-02-29"}]""")]
    [InlineData("SELECT name, score, tags FROM users WHERE id = 2", """[{"name":"Zoë 😀","score":null,"tags":null}]""")]
    [InlineData("SELECT avg(id), count(*) AS n FROM users", """[{"avg":1.5000000000000000,"n":2}]""")]
    [InlineData("SELECT 1 AS a, 2 AS a -- end", """[{"a":1,"a_1":2}]""")]
    [InlineData("WITH t(x) AS (VALUES (1), (2)) SELECT sum(x) FROM t;", """[{"sum":3}]""")]
    [InlineData("SELECT ROW(1, 'a') AS r, interval '1 day' AS i, true AS b, 1.5::real AS f, 'x'::bytea AS bytes", """[{"r":{"f1":1,"f2":"a"},"i":"1 day","b":true,"f":1.5,"bytes":"eA=="}]""")]
    [InlineData("SELECT id FROM users WHERE false", "[]")]
    public async Task Run_Statement_GivesJsonRows(string sql, string expected)
    {
        using var answer = await Run(sql);

        Assert.Equal(expected, Encoding.UTF8.GetString(answer.RowsJson.Span));
        Assert.Equal(DataSource.Postgres, answer.DataSource);
    }

    [Fact]
    public async Task Run_Parameters_AreBound()
    {
        using var answer = await _services.Queries.RunPostgresAsync(
            new QueryRequest { Sql = "SELECT id FROM users WHERE name = $1 AND seen > $2", Parameters = JsonNode.Parse("""["Ada", "2023-01-01"]""") },
            CancellationToken.None);

        Assert.Equal("""[{"id":1}]""", Encoding.UTF8.GetString(answer.RowsJson.Span));
    }

    [Theory]
    [InlineData("SELECT generate_series(1, 5000) AS n", null, 1000, true)]
    [InlineData("SELECT generate_series(1, 5000) AS n", 10, 10, true)]
    [InlineData("SELECT n FROM generate_series(1, 10) AS s(n)", 10, 10, false)]
    [InlineData("SELECT n FROM generate_series(1, 3000) AS s(n) LIMIT 2500", null, 2500, false)]
    [InlineData("SELECT n FROM generate_series(1, 3000) AS s(n) LIMIT 2500", 2000, 2000, true)]
    [InlineData("SELECT n % 1500, count(*) FROM generate_series(1, 3000) AS s(n) GROUP BY 1", null, 1500, false)]
    public async Task Run_Limit_IsAddedWhereNeeded(string sql, int? limit, int rows, bool truncated)
    {
        using var answer = await _services.Queries.RunPostgresAsync(new QueryRequest { Sql = sql, Limit = limit }, CancellationToken.None);

        Assert.Equal((rows, truncated), (answer.RowCount, answer.Truncated));
    }

    [Theory]
    [InlineData("SELECT FROM WHERE", FailureKind.Syntax, 1, 13)]
    [InlineData("SELECT *\nFROM userz", FailureKind.UnknownTable, 2, 6)]
    [InlineData("SELECT nam FROM users", FailureKind.Statement, 1, 8)]
    [InlineData("SELECT pg_sleep(1)", FailureKind.NotAllowed, 1, 8)]
    [InlineData("SELECT * FROM federated_query.jobs", FailureKind.NotAllowed, 1, 15)]
    [InlineData("SELECT 1 / 0", FailureKind.Statement, null, null)]
    public async Task Run_BadStatement_SaysWhatAndWhere(string sql, FailureKind kind, int? line, int? column)
    {
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => Run(sql));

        Assert.Equal((kind, line, column), (error.Kind, error.Line, error.Column));
    }

    [Fact]
    public async Task Run_TooLong_IsInterruptedAndSaysSo()
    {
        await using var impatient = await GatewayServices.StartAsync(postgres, Impatience);

        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => impatient.Queries.RunPostgresAsync(
            new QueryRequest { Sql = "SELECT count(*) FROM generate_series(1, 100000) a CROSS JOIN generate_series(1, 100000) b" }, CancellationToken.None));

        Assert.Equal(FailureKind.Timeout, error.Kind);
        Assert.Contains("QUERY_TIMEOUT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Federate_HotOnlyTable_ReadsPostgres()
    {
        Assert.Equal(
            """[{"name":"Ada","day":"2024-02-29","k":[1,null]}]""",
            await _services.RowsAsync("SELECT name, day, doc->'k' AS k FROM users WHERE seen < now() AND id = 1"));
    }

    [Fact]
    public async Task Federate_UnnamedSubquery_IsNamedByItsText() => Assert.Equal(
        """[{"(SELECT max(id) FROM users)":2,"EXISTS(SELECT 1 FROM users AS u WHERE (u.id = 9))":false}]""",
        await _services.RowsAsync("SELECT (SELECT max(id) FROM users), EXISTS (SELECT 1 FROM users u WHERE u.id = 9)"));

    [Theory]
    [InlineData("SELECT * FROM usrs", FailureKind.UnknownTable, "Did you mean 'users'?")]
    [InlineData("SELECT *\nFROM nowhere.users", FailureKind.UnknownTable, "(line 2, column 6)")]
    [InlineData("SELECT nam FROM users", FailureKind.Statement, "nam")]
    public async Task Federate_BadStatement_SaysWhat(string sql, FailureKind kind, string message)
    {
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => _services.RowsAsync(sql));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Federate_TooLong_IsInterruptedAndSaysSo()
    {
        await using var impatient = await GatewayServices.StartAsync(postgres, Impatience);

        var error = await Assert.ThrowsAsync<FederatedQueryException>(() =>
            impatient.RowsAsync("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 8"));

        Assert.Equal(FailureKind.Timeout, error.Kind);
    }

    private Task<QueryAnswer> Run(string sql) => _services.Queries.RunPostgresAsync(new QueryRequest { Sql = sql }, CancellationToken.None);
}
