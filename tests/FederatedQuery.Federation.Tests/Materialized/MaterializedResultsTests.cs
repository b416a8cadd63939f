using System.Text.Json.Nodes;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Testing;

namespace FederatedQuery.Federation.Tests.Materialized;

/// <summary>What is stored, by which key it is found, how long and how many.</summary>
public sealed class MaterializedResultsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private MaterializedScene _scene = null!; // set before the first test runs

    public async Task InitializeAsync() => _scene = await MaterializedScene.StartAsync(postgres, options => (options.MaximumCount, options.MaximumResultBytes) = (4, 100_000));

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Run_SameStatementOtherwiseWritten_IsAnsweredFromTheStoredResult()
    {
        await _scene.WarmAsync("SELECT u.name FROM users u JOIN plain p ON p.user_id = u.id ORDER BY 1");

        Assert.Equal(DataSource.Materialized, (await _scene.AskAsync("select  u.name /* same */\nfrom \"default\".Users u join plain p on (p.user_id = u.id) order by 1 -- end")).Source);
        Assert.NotEqual(DataSource.Materialized, (await _scene.AskAsync("SELECT u.name FROM users u JOIN plain p ON p.user_id = u.id ORDER BY 1 DESC")).Source);
        Assert.NotEqual(DataSource.Materialized, (await _scene.AskAsync("SELECT u.name FROM users u LEFT JOIN plain p ON p.user_id = u.id ORDER BY 1")).Source);
    }

    [Fact]
    public async Task Run_OtherParametersOrTypes_AreOtherResults()
    {
        const string Sql = "SELECT $1 AS v, u.id FROM users u JOIN plain p ON p.user_id = u.id AND u.id >= $2";
        async Task<(DataSource, string)> AskAsync(string parameters)
        {
            using var answer = await _scene.RunAsync(Sql, JsonNode.Parse(parameters));
            await _scene.IdleAsync();
            return (answer.DataSource, MaterializedScene.Text(answer));
        }

        await AskAsync("[1, 2]");
        await AskAsync("[1, 2]");

        Assert.Equal((DataSource.Materialized, """[{"v":1,"id":2}]"""), await AskAsync("[1, 2]"));
        Assert.Equal((DataSource.Postgres, """[{"v":"1","id":2}]"""), await AskAsync("""["1", 2]"""));
        Assert.Equal((DataSource.Postgres, """[{"v":1.5,"id":2}]"""), await AskAsync("[1.5, 2]"));
        Assert.Equal(3, await DropAsync(Sql));
        Assert.Equal(DataSource.Postgres, (await AskAsync("[1, 2]")).Item1);
    }

    [Theory]
    [InlineData("random()", "random()")]
    [InlineData("now()", "now()")]
    [InlineData("current_date", "current_date")]
    [InlineData("CURRENT_TIMESTAMP", "get_current_timestamp()")]
    [InlineData("uuid()", "uuid()")]
    [InlineData("today()", "today()")]
    public async Task Materialize_VolatileStatement_IsRefusedByName(string call, string said)
    {
        var sql = $"SELECT {call} AS v, u.id FROM users u JOIN plain p ON p.user_id = u.id";
        await _scene.AskAsync(sql);
        await _scene.IdleAsync();

        Assert.NotEqual(DataSource.Materialized, (await _scene.AskAsync(sql)).Source);
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => MaterializeAsync(sql));
        Assert.Equal(FailureKind.NotAllowed, error.Kind);
        Assert.True(
            error.Message.StartsWith($"The statement has {said}, by which ", StringComparison.OrdinalIgnoreCase)
                || error.Message.StartsWith($"The statement has {call}, by which ", StringComparison.OrdinalIgnoreCase), error.Message);
    }

    [Fact]
    public async Task Materialize_Sample_IsRefused() =>
        Assert.Contains("a sample of rows", (await Assert.ThrowsAsync<FederatedQueryException>(() => MaterializeAsync("SELECT * FROM users USING SAMPLE 1"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Materialize_View_IsRefusedWithTheReason()
    {
        await _scene.Services.ExecuteAsync("CREATE VIEW grown AS SELECT * FROM users");

        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => MaterializeAsync("SELECT * FROM grown"));

        Assert.Equal("The result cannot be stored, since it could not be told when it is out of date: 'public.grown' is a view.", error.Message);
    }

    [Fact]
    public async Task Materialize_LargeResult_IsRefused() => Assert.Contains(
        "MATERIALIZATION_MAX_RESULT_BYTES",
        (await Assert.ThrowsAsync<FederatedQueryException>(() => MaterializeAsync("SELECT i, repeat('x', 100) FROM range(5000) AS r(i)"))).Message,
        StringComparison.Ordinal);

    /// <summary>A statement without JOIN; the whole result is stored, and any part of it is answered.</summary>
    [Fact]
    public async Task Materialize_PlainStatement_AnswersAnyLimit()
    {
        const string Sql = "SELECT id, amount FROM sales ORDER BY id DESC";

        var stored = await MaterializeAsync(Sql);
        using var some = await _scene.RunAsync(Sql, limit: 2);
        using var exact = await _scene.RunAsync(Sql, limit: 200);
        using var all = await _scene.RunAsync(Sql);

        Assert.Equal((200, "id,amount"), (stored.RowCount, string.Join(',', stored.Columns)));
        Assert.Equal((DataSource.Materialized, true, """[{"id":199,"amount":248.75},{"id":198,"amount":247.50}]"""), (some.DataSource, some.Truncated, MaterializedScene.Text(some)));
        Assert.Equal((DataSource.Materialized, false, 200L), (exact.DataSource, exact.Truncated, exact.RowCount));
        Assert.Equal((DataSource.Materialized, false, 200L), (all.DataSource, all.Truncated, all.RowCount));
    }

    [Fact]
    public async Task Run_CutResult_AnswersSmallerLimitsOnly()
    {
        const string Sql = "SELECT s.id FROM sales s JOIN users u ON u.id = s.user_id ORDER BY s.id";
        for (var run = 0; run < 2; run++)
        {
            (await _scene.RunAsync(Sql, limit: 10)).Dispose();
            await _scene.IdleAsync();
        }

        using var same = await _scene.RunAsync(Sql, limit: 10);
        using var less = await _scene.RunAsync(Sql, limit: 3);
        using var more = await _scene.RunAsync(Sql, limit: 11);

        Assert.Equal((DataSource.Materialized, 10L, true), (same.DataSource, same.RowCount, same.Truncated));
        Assert.Equal((DataSource.Materialized, 3L, true), (less.DataSource, less.RowCount, less.Truncated));
        Assert.Equal((DataSource.Postgres, 11L, true), (more.DataSource, more.RowCount, more.Truncated));
    }

    [Fact]
    public async Task Run_FastStatement_IsStoredWhenAskedAgain_LessOftenAfterEachUselessResult()
    {
        await using var beside = await _scene.StartBesideAsync(options => options.MinimumTime = TimeSpan.FromHours(1));
        await _scene.WarmAsync(MaterializedScene.Join);
        const string Sql = "SELECT u.id FROM users u JOIN plain p ON p.user_id = u.id";
        async Task<string> AskAsync(int times)
        {
            var sources = "";
            for (var i = 0; i < times; i++)
            {
                sources += (await beside.AskAsync(Sql)).Source == DataSource.Materialized ? 'M' : 'L';
                await beside.IdleAsync();
            }

            return sources;
        }

        await AskAsync(1);
        await AskAsync(1); // has writes to plain noted, and is stored by another run
        Assert.Equal("MM", await AskAsync(2));
        await _scene.Services.ExecuteAsync("INSERT INTO plain VALUES (3, 1, 'z')");
        Assert.Equal("LLLLMM", await AskAsync(6));
        await _scene.Services.ExecuteAsync("INSERT INTO plain VALUES (4, 1, 'z')");
        Assert.Equal("LLLLM", await AskAsync(5));
    }

    [Fact]
    public async Task Run_AfterItsTime_IsRunAnew_AndTheFileGoes()
    {
        await _scene.WarmAsync(MaterializedScene.Join);
        var folder = Path.Combine(_scene.Services.Folder, "warehouse", "_materialized");
        Assert.Single(Directory.GetFiles(folder));

        _scene.Clock.Ahead = TimeSpan.FromMinutes(59);
        Assert.Equal(DataSource.Materialized, (await _scene.AskAsync(MaterializedScene.Join)).Source);
        _scene.Clock.Ahead = TimeSpan.FromMinutes(61);
        await LoopAsync();
        Assert.Single(Directory.GetFiles(folder)); // a reader may be on it
        _scene.Clock.Ahead = TimeSpan.FromMinutes(90);
        await LoopAsync();
        Assert.Empty(Directory.GetFiles(folder));

        Assert.Equal(DataSource.Postgres, (await _scene.AskAsync(MaterializedScene.Join)).Source);
    }

    [Fact]
    public async Task Store_BeyondTheBound_DropsWhatWasUsedLongestAgo()
    {
        static string Sql(int n) => $"SELECT {n} AS n, u.id FROM users u JOIN plain p ON p.user_id = u.id";
        for (var n = 1; n <= 4; n++)
        {
            await _scene.WarmAsync(Sql(n));
        }

        _scene.Clock.Ahead = TimeSpan.FromMinutes(1);
        await _scene.AskAsync(Sql(1));
        await LoopAsync();
        await _scene.WarmAsync(Sql(5));

        var sources = new List<DataSource>();
        foreach (var n in (int[])[1, 3, 4, 5])
        {
            sources.Add((await _scene.AskAsync(Sql(n))).Source);
        }

        Assert.All(sources, source => Assert.Equal(DataSource.Materialized, source));
        Assert.Equal(DataSource.Postgres, (await _scene.AskAsync(Sql(2))).Source);
    }

    [Fact]
    public async Task Run_FileIsGone_IsRunLive()
    {
        var rows = await _scene.WarmAsync(MaterializedScene.Join);
        Array.ForEach(Directory.GetFiles(Path.Combine(_scene.Services.Folder, "warehouse", "_materialized")), File.Delete);

        Assert.Equal((DataSource.Postgres, rows), await _scene.AskAsync(MaterializedScene.Join));
        await _scene.IdleAsync();
        Assert.Equal(rows, await _scene.WarmAsync(MaterializedScene.Join));
    }

    /// <summary>What was forgotten cannot hide a write: a result older than it is not used.</summary>
    [Fact]
    public async Task Run_NotesOfWritesForgotten_IsNotAnsweredFromOlderResults()
    {
        await _scene.WarmAsync(MaterializedScene.Join);
        await _scene.Services.ExecuteAsync("UPDATE users SET name = 'Ida' WHERE id = 1");
        await _scene.Services.ExecuteAsync(
            "UPDATE federated_query.table_writes_pruned SET below = pg_snapshot_xmax(pg_current_snapshot()); DELETE FROM federated_query.table_writes");

        var (source, rows) = await _scene.AskAsync(MaterializedScene.Join);

        Assert.Equal(DataSource.Postgres, source);
        Assert.Contains("Ida", rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loop_OldNotesOfWrites_AreForgottenOnceNoResultNeedsThem()
    {
        await _scene.WarmAsync(MaterializedScene.Join);
        await _scene.Services.ExecuteAsync("UPDATE users SET name = 'Ida' WHERE id = 1");
        await LoopAsync();
        await _scene.Services.ExecuteAsync("INSERT INTO plain VALUES (5, 1, 'later')");

        // A transaction that was open in the first round, of whichever database of the server, keeps the notes for another.
        long notes = 1;
        for (var round = 1; notes > 0 && round <= 100; round++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
            _scene.Clock.Ahead = TimeSpan.FromMinutes(30 * round);
            await LoopAsync();
            notes = await ScalarAsync("SELECT count(*) FROM federated_query.table_writes WHERE relation = 'users'::regclass");
        }

        Assert.Equal(0, notes);
        Assert.Equal((DataSource.Postgres, true), (await _scene.AskAsync(MaterializedScene.Join)) is var (source, rows) ? (source, rows.Contains("Ida", StringComparison.Ordinal)) : default);
    }

    [Fact]
    public async Task RunIceberg_Statement_IsStoredBySnapshot()
    {
        const string Sql = "SELECT count(*) AS n FROM events a JOIN events b USING (id)";
        async Task<(DataSource, string)> AskAsync(TimeTravel travel)
        {
            using var answer = await _scene.Services.Queries.RunIcebergAsync(new QueryRequest { Sql = Sql }, travel, CancellationToken.None);
            await _scene.IdleAsync();
            return (answer.DataSource, MaterializedScene.Text(answer));
        }

        var past = new TimeTravel { SnapshotId = (await _scene.Services.Get<Cold.ColdCatalog>().Catalog.LoadTableAsync(MaterializedScene.Events, default)).Metadata.CurrentSnapshotId };
        Assert.Equal((DataSource.Iceberg, """[{"n":100}]"""), await AskAsync(TimeTravel.None));
        Assert.Equal((DataSource.Materialized, """[{"n":100}]"""), await AskAsync(TimeTravel.None));
        await AskAsync(past);
        await _scene.AppendEventsAsync(500, 5);

        Assert.Equal((DataSource.Iceberg, """[{"n":105}]"""), await AskAsync(TimeTravel.None));
        Assert.Equal((DataSource.Materialized, """[{"n":100}]"""), await AskAsync(past));
    }

    private Task<MaterializedAnswer> MaterializeAsync(string sql) =>
        _scene.Services.Queries.MaterializeAsync(new QueryRequest { Sql = sql }, null, CancellationToken.None);

    private Task<int> DropAsync(string sql) => _scene.Services.Queries.DropMaterializationAsync(sql, CancellationToken.None);

    private Task LoopAsync() => _scene.Services.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<MaterializationLoop>().Single().RunOnceAsync(CancellationToken.None);

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = _scene.Services.Get<Hot.Connections.PostgresConnections>().Owner.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
