using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Connections;
using Npgsql;

namespace FederatedQuery.Federation.Tests.Materialized;

/// <summary>Identical statements at the same time, in one process and in several.</summary>
public sealed class ConcurrencyTests(SharedScene shared) : IClassFixture<SharedScene>, IAsyncLifetime
{
    private const int Count = 8;

    private readonly MaterializedScene _scene = shared.Scene;

    public Task InitializeAsync() => _scene.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_IdenticalAtOnce_RunsOnce(bool isTracked)
    {
        if (isTracked)
        {
            await _scene.WarmAsync(MaterializedScene.Join);
        }

        // The first holds until the writer commits, and sees what it wrote.
        await using var writer = await Writer.HoldAsync(_scene, "UPDATE users SET name = 'Ida' WHERE id = 1");
        var runs = Enumerable.Range(0, Count).Select(_ => Task.Run(() => _scene.AskAsync(MaterializedScene.Join))).ToList();
        await WaitForAsync(Count - 1);
        await writer.CommitAsync();

        var answers = await Task.WhenAll(runs);

        // Those that came after the first had begun are judged by its stamp; where there is none, one of them runs for them all.
        Assert.InRange(answers.Count(answer => answer.Source != DataSource.Materialized), 1, isTracked ? 1 : 2);
        Assert.All(answers, answer => Assert.Contains("Ida", answer.Rows, StringComparison.Ordinal));
        Assert.Single(answers.Select(answer => answer.Rows).Distinct());
        await _scene.IdleAsync();
    }

    [Fact]
    public async Task Run_OtherLimitsAtOnce_AreRunEach()
    {
        await using var writer = await Writer.HoldAsync(_scene, "UPDATE users SET name = 'Ida' WHERE id = 1");
        var runs = new[] { 1, 2 }.Select(limit => Task.Run(async () =>
        {
            using var answer = await _scene.RunAsync("SELECT s.id FROM sales s JOIN users u ON u.id = s.user_id", limit: limit);
            return answer.RowCount;
        })).ToList();
        await writer.CommitAsync();

        var counts = await Task.WhenAll(runs);
        Assert.Equal([1L, 2L], counts);
    }

    [Fact]
    public async Task Run_TheFirstGoesAway_AnotherRuns()
    {
        await using var writer = await Writer.HoldAsync(_scene, "UPDATE users SET name = 'Ida' WHERE id = 1");
        using var impatience = new CancellationTokenSource();
        var first = Task.Run(() => _scene.Services.Queries.RunFederatedAsync(new QueryRequest { Sql = MaterializedScene.Join }, impatience.Token));
        while (!await Writer.IsAwaitedAsync(_scene))
        {
            await Task.Delay(5);
        }

        var others = Enumerable.Range(0, 2).Select(_ => Task.Run(() => _scene.AskAsync(MaterializedScene.Join))).ToList();
        await WaitForAsync(2);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await writer.CommitAsync();

        Assert.All(await Task.WhenAll(others), answer => Assert.Contains("Ida", answer.Rows, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OneThatWaitsGoesAway_TheOthersAreAnswered()
    {
        await using var writer = await Writer.HoldAsync(_scene, "UPDATE users SET name = 'Ida' WHERE id = 1");
        using var impatience = new CancellationTokenSource();
        var first = Task.Run(() => _scene.AskAsync(MaterializedScene.Join));
        while (!await Writer.IsAwaitedAsync(_scene))
        {
            await Task.Delay(5);
        }

        var waiting = Task.Run(() => _scene.Services.Queries.RunFederatedAsync(new QueryRequest { Sql = MaterializedScene.Join }, impatience.Token));
        await WaitForAsync(1);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await writer.CommitAsync();

        Assert.Contains("Ida", (await first).Rows, StringComparison.Ordinal);
        Assert.Equal(0, _scene.Services.Get<MaterializedResults>().Waiting);
    }

    [Fact]
    public async Task Run_StatementFails_EachIsToldSo()
    {
        const string Sql = "SELECT error('no ' || u.name) FROM users u JOIN plain p ON p.user_id = u.id";
        const string Failing = "SELECT CAST(u.name AS INTEGER) FROM users u JOIN plain p ON p.user_id = u.id";
        foreach (var sql in (string[])[Sql, Failing])
        {
            var runs = Enumerable.Range(0, Count).Select(_ => Assert.ThrowsAsync<FederatedQueryException>(() => _scene.AskAsync(sql)));
            Assert.All(await Task.WhenAll(runs), error => Assert.Equal(FailureKind.Statement, error.Kind));
        }
    }

    [Fact]
    public async Task Run_InAnotherProcess_IsAnsweredAndInvalidToo()
    {
        var rows = await _scene.WarmAsync(MaterializedScene.Join);
        await using var other = await _scene.StartBesideAsync();

        Assert.Equal((DataSource.Materialized, rows), await other.AskAsync(MaterializedScene.Join));

        await other.Services.ExecuteAsync("INSERT INTO sales_1 VALUES (1000, '2026-01-01 05:00+00', 1, 5)");
        var (source, after) = await _scene.AskAsync(MaterializedScene.Join);
        Assert.Equal(DataSource.Postgres, source);
        Assert.NotEqual(rows, after);
        Assert.Equal(after, (await other.AskAsync(MaterializedScene.Join)).Rows);
    }

    /// <summary>Random writers and readers in two processes: whoever asks after a commit sees it.</summary>
    [Fact]
    public async Task Run_WhileOthersWrite_NeverAnswersWithLessThanWasCommitted()
    {
        const string Sql = "SELECT count(*) AS n FROM sales s JOIN users u ON u.id = s.user_id";
        await _scene.WarmAsync(Sql);
        await using var other = await _scene.StartBesideAsync();
        var committed = 200L;
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await _scene.Services.ExecuteAsync($"INSERT INTO sales{(i % 2 == 0 ? "" : "_1")} VALUES ({2000 + i}, '2026-01-01 05:00+00', 1, 5)");
                Interlocked.Increment(ref committed);
                await Task.Delay(10);
            }

            await stop.CancelAsync();
        });
        var stored = 0;
        var readers = new[] { _scene, other, _scene, other }.Select(scene => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var least = Interlocked.Read(ref committed);
                var (source, rows) = await scene.AskAsync(Sql);
                var seen = long.Parse(rows.AsSpan("[{\"n\":".Length, rows.Length - "[{\"n\":}]".Length), System.Globalization.CultureInfo.InvariantCulture);
                Assert.InRange(seen, least, Interlocked.Read(ref committed) + 1);
                Interlocked.Add(ref stored, source == DataSource.Materialized ? 1 : 0);
            }
        })).ToList();

        await writer;
        await Task.WhenAll(readers);
        await _scene.IdleAsync();
        await other.IdleAsync();

        Assert.Equal("""[{"n":240}]""", await _scene.WarmAsync(Sql));
        Assert.True(stored > 0, "No answer was a stored or shared one: the test shows nothing.");
    }

    private async Task WaitForAsync(int waiting)
    {
        while (_scene.Services.Get<MaterializedResults>().Waiting < waiting)
        {
            await Task.Delay(5);
        }
    }

    /// <summary>A transaction that has written, and keeps readers from beginning.</summary>
    private sealed class Writer(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Writer> HoldAsync(MaterializedScene scene, string sql)
        {
            // Plans, which readers make before they wait, are made.
            await scene.AskAsync("SELECT count(*) FROM users");
            var connection = await scene.Services.Get<PostgresConnections>().Owner.OpenConnectionAsync();
            var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand($"LOCK TABLE users IN ACCESS EXCLUSIVE MODE; {sql}", connection);
            await command.ExecuteNonQueryAsync();
            return new Writer(connection, transaction);
        }

        public static async Task<bool> IsAwaitedAsync(MaterializedScene scene)
        {
            await using var command = scene.Services.Get<PostgresConnections>().Owner.CreateCommand(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = (SELECT oid FROM pg_class WHERE relname = 'users' AND relkind = 'r'))");
            return (bool)(await command.ExecuteScalarAsync())!;
        }

        public Task CommitAsync() => transaction.CommitAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
