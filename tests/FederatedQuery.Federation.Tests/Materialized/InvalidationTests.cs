using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Federation.Tests.Materialized;

/// <summary>A stored result answers exactly as long as its tables hold what they held.</summary>
public sealed class InvalidationTests(SharedScene shared) : IClassFixture<SharedScene>, IAsyncLifetime
{
    private readonly MaterializedScene _scene = shared.Scene;

    public Task InitializeAsync() => _scene.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("INSERT INTO users VALUES (3, 'Eve')")]
    [InlineData("INSERT INTO sales VALUES (1000, '2026-01-01 05:00+00', 1, 5)")]
    [InlineData("INSERT INTO sales_2 VALUES (1000, '2026-01-02 05:00+00', 1, 5)")]
    [InlineData("COPY sales_1 FROM PROGRAM 'printf \"1000\\\\t2026-01-01 05:00+00\\\\t1\\\\t7\\\\n\"'")]
    [InlineData("UPDATE sales SET amount = amount + 1 WHERE id = 7")]
    [InlineData("UPDATE sales_1 SET amount = amount + 1 WHERE id = 7")]
    [InlineData("UPDATE users SET name = 'Ida' WHERE id = 1")]
    [InlineData("DELETE FROM sales WHERE id = 7")]
    [InlineData("TRUNCATE sales_2")]
    [InlineData("TRUNCATE sales")]
    [InlineData("WITH w AS (INSERT INTO users VALUES (4, 'Joe') RETURNING id) SELECT * FROM w")]
    [InlineData("INSERT INTO users VALUES (1, 'Amy') ON CONFLICT (id) DO UPDATE SET name = excluded.name")]
    [InlineData("MERGE INTO users u USING (VALUES (2, 'Bo')) AS v(id, name) ON u.id = v.id WHEN MATCHED THEN UPDATE SET name = v.name")]
    [InlineData("SET session_replication_role = replica; INSERT INTO users VALUES (5, 'Rep'); RESET session_replication_role")]
    [InlineData("ALTER TABLE sales DETACH PARTITION sales_1")]
    [InlineData("DROP TABLE sales_1")]
    [InlineData("CREATE TABLE sales_3 PARTITION OF sales FOR VALUES FROM ('2026-01-03') TO ('2026-01-04'); INSERT INTO sales_3 VALUES (1000, '2026-01-03 05:00+00', 1, 5)")]
    [InlineData("ALTER TABLE users ALTER COLUMN name TYPE text USING upper(name)")]
    [InlineData("ALTER TABLE users DISABLE TRIGGER ALL; UPDATE users SET name = 'Ida' WHERE id = 1; ALTER TABLE users ENABLE TRIGGER ALL")]
    [InlineData("DROP TRIGGER federated_query_note_write ON users; UPDATE users SET name = 'Ida' WHERE id = 1")]
    [InlineData("ALTER TABLE users RENAME TO people; CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL); INSERT INTO users VALUES (1, 'New')")]
    public async Task Run_AfterAWrite_IsRunAnew(string write)
    {
        await _scene.WarmAsync(MaterializedScene.Join);

        await _scene.Services.ExecuteAsync(write);
        _scene.Services.Get<TableRegistry>().Forget();

        var (source, rows) = await _scene.AskAsync(MaterializedScene.Join);
        Assert.NotEqual(DataSource.Materialized, source);
        Assert.Equal(await UnstoredAsync(), rows);
    }

    [Theory]
    [InlineData("INSERT INTO plain VALUES (3, 1, 'z')")]
    [InlineData("BEGIN; UPDATE users SET name = 'Ida'; ROLLBACK")]
    [InlineData("BEGIN; SAVEPOINT a; DELETE FROM sales; ROLLBACK TO a; COMMIT")]
    [InlineData("ANALYZE users, sales")]
    [InlineData("VACUUM users")]
    public async Task Run_AfterWhatChangesNothing_IsStillAnswered(string statement)
    {
        await _scene.WarmAsync(MaterializedScene.Join);

        await _scene.Services.ExecuteAsync(statement);

        Assert.Equal(DataSource.Materialized, (await _scene.AskAsync(MaterializedScene.Join)).Source);
    }

    [Fact]
    public async Task Run_AfterACascade_IsRunAnew()
    {
        const string Sql = "SELECT p.note FROM plain p UNION ALL SELECT 'end' ORDER BY 1";
        await _scene.WarmAsync(Sql);

        await _scene.Services.ExecuteAsync("DELETE FROM sales WHERE user_id = 2; DELETE FROM users WHERE id = 2");

        Assert.Equal((DataSource.Postgres, """[{"note":"end"},{"note":"x"}]"""), await _scene.AskAsync(Sql));
    }

    [Fact]
    public async Task Run_WhileAWriterIsOpen_IsAnsweredUntilItCommits()
    {
        await _scene.WarmAsync(MaterializedScene.Join);
        await using var connection = await _scene.Services.Get<Hot.Connections.PostgresConnections>().Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new Npgsql.NpgsqlCommand("UPDATE users SET name = 'Ida' WHERE id = 1", connection))
        {
            await insert.ExecuteNonQueryAsync();
        }

        var before = await _scene.AskAsync(MaterializedScene.Join);
        await transaction.CommitAsync();
        var after = await _scene.AskAsync(MaterializedScene.Join);

        Assert.Equal(DataSource.Materialized, before.Source);
        Assert.NotEqual(DataSource.Materialized, after.Source);
        Assert.Contains("Ida", after.Rows, StringComparison.Ordinal);
    }

    /// <summary>Its writer began before the result's snapshot was taken, and committed after.</summary>
    [Fact]
    public async Task Run_AfterACommitThatTheResultDidNotSee_IsRunAnew()
    {
        await _scene.WarmAsync(MaterializedScene.Join);
        await using var connection = await _scene.Services.Get<Hot.Connections.PostgresConnections>().Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new Npgsql.NpgsqlCommand("INSERT INTO sales VALUES (1000, '2026-01-01 05:00+00', 1, 5)", connection))
        {
            await insert.ExecuteNonQueryAsync();
        }

        const string Other = "SELECT s.id FROM sales s JOIN users u ON u.id = s.user_id WHERE s.id >= 999";
        Assert.Equal("[]", await _scene.WarmAsync(Other));
        await transaction.CommitAsync();

        Assert.Equal((DataSource.Postgres, """[{"id":1000}]"""), await _scene.AskAsync(Other));
    }

    [Fact]
    public async Task Run_AfterAColdAppendOrDelete_IsRunAnew()
    {
        const string Sql = "SELECT count(*) AS n FROM events e JOIN users u ON u.id = e.id % 2 + 1";
        Assert.Equal("""[{"n":100}]""", await _scene.WarmAsync(Sql));

        await _scene.AppendEventsAsync(200, 10);
        Assert.Equal((DataSource.Federated, """[{"n":110}]"""), await _scene.AskAsync(Sql));
        Assert.Equal("""[{"n":110}]""", await _scene.WarmAsync(Sql));

        await _scene.Services.Get<ColdDeletes>().DeleteAsync(
            _scene.Services.Get<ColdCatalog>().Catalog, MaterializedScene.Events, Expression.LessThan("id", Iceberg.Spec.Literal.Long(11)), new Dictionary<string, string>(),
            CancellationToken.None);
        Assert.Equal((DataSource.Federated, """[{"n":100}]"""), await _scene.AskAsync(Sql));
    }

    [Fact]
    public async Task Run_AfterACompaction_IsStillAnswered()
    {
        const string Sql = "SELECT count(*) AS n, sum(e.id) AS s FROM events e JOIN users u ON u.id = e.id % 2 + 1 WHERE e.id >= 5000";
        await _scene.RewriteEventsAsync(5000, 20);
        await _scene.AppendEventsAsync(5020, 20);
        var rows = await _scene.WarmAsync(Sql);

        await _scene.RewriteEventsAsync(5000, 40);
        await _scene.RewriteEventsAsync(5000, 40);
        Assert.Equal((DataSource.Materialized, rows), await _scene.AskAsync(Sql));

        await _scene.AppendEventsAsync(5040, 1);
        Assert.Equal((DataSource.Federated, """[{"n":41,"s":205820}]"""), await _scene.AskAsync(Sql));
        await _scene.RewriteEventsAsync(1, 100);
    }

    private async Task<string> UnstoredAsync()
    {
        using var answer = await _scene.Services.Queries.RunFederatedAsync(
            new QueryRequest { Sql = $"{MaterializedScene.Join} -- {Guid.NewGuid()}".Replace("SELECT u.name", "SELECT random() >= 0 AS always, u.name", StringComparison.Ordinal) },
            CancellationToken.None);
        return MaterializedScene.Text(answer).Replace("\"always\":true,", "", StringComparison.Ordinal);
    }
}
