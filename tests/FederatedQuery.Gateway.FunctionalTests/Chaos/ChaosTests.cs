using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;
using Npgsql;
using Xunit.Abstractions;

namespace FederatedQuery.Gateway.FunctionalTests.Chaos;

/// <summary>
/// Three gateways on one PostgreSQL and one S3 server, killed at random while rows are written, changed, moved, maintained and read: nothing is lost, nothing
/// doubled, no job stuck. <c>tests/chaos.sh</c> runs it for five minutes (CHAOS_SECONDS).
/// </summary>
public sealed class ChaosTests(PostgresFixture postgres, S3Server s3, ITestOutputHelper output) : IClassFixture<PostgresFixture>, IClassFixture<S3Server>
{
    private const int Gateways = 3;
    private const int Readers = 2;

    /// <summary>A dead gateway's lease runs out after 30 s, and the others look every five.</summary>
    private static readonly TimeSpan TakeOver = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan JobPatience = TimeSpan.FromMinutes(3);

    private static readonly string[] Layouts = ["\"seen\"", "\"seen\", \"writer\"", "\"writer\""];

    private readonly ConcurrentBag<string> _wrong = [];
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private int _answers;
    private int _jobs;

    private static int Seconds => TestVariables.Count("CHAOS_SECONDS", 25);

    [S3Fact]
    public async Task Gateways_KilledAtRandomUnderLoad_LoseAndDoubleNothing()
    {
        var seed = (int)TestVariables.Seed("CHAOS_SEED");
        output.WriteLine($"CHAOS_SEED={seed}");
        var database = await postgres.CreateDatabaseAsync("chaos");
        await using var source = NpgsqlDataSource.Create(database);
        await ExecuteAsync(source, ChaosTable.Ddl());
        var writers = new ChaosWriters(source);
        await using var gateways = new ChaosGateways(Gateways, Settings(database, await s3.CreateBucketAsync()));
        await gateways.StartAllAsync();
        await gateways[0].DataAsync($"mutation {{ configureTiering(input: {{ tableName: \"{ChaosTable.Name}\", timeColumn: \"seen\", hotDays: 2 }}) {{ name }} }}");

        using var stop = new CancellationTokenSource();
        var writing = writers.RunAsync(stop.Token);
        Task[] load =
        [
            .. Enumerable.Range(0, Readers).Select(reader => ReadAsync(gateways, writers, new Random(seed + reader), stop.Token)),
            OperateAsync(gateways, new Random(seed + 100), stop.Token),
            gateways.DisturbAsync(seed, pauses: Seconds > 60, stop.Token),
        ];
        await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(Seconds)), writing, Task.WhenAny(load));
        await stop.CancelAsync();
        await Task.WhenAll([writing, .. load]);
        await gateways.StartAllAsync();
        await CheckAsync(gateways, writers);
        await WaitForJobsAsync(source, TakeOver + JobPatience);
        await FinishAsync(gateways[0], Archive(DateTime.UtcNow.Date));
        await FinishAsync(gateways[1], $"mutation {{ runTableMaintenance(tableName: \"{ChaosTable.Name}\") {{ id }} }}");
        await CheckAsync(gateways, writers);
        var verified = await FinishAsync(gateways[2], $"mutation {{ verifyTable(tableName: \"{ChaosTable.Name}\") {{ id }} }}");

        output.WriteLine($"{Seconds} s: {string.Join(" and ", writers.Committed)} rows inserted, {writers.Changes} changes to others; {_answers} answers checked; {_jobs} jobs asked for; gateways: {gateways}");
        output.WriteLine(verified);
        foreach (var line in await JobFiguresAsync(source))
        {
            output.WriteLine(line);
        }

        var violations = await StringAsync(source, "SELECT string_agg(message, ' | ') FROM federated_query.jobs WHERE kind = 'verify' AND state = 'Failed'");
        output.WriteLine(string.Join("; ", _asked.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} x {pair.Key}")));
        Assert.Empty(_wrong);
        Assert.Null(violations);
        Assert.True(_answers > 0 && gateways.Kills > 0, "Nothing was tried.");
    }

    private Dictionary<string, string> Settings(NpgsqlConnectionStringBuilder database, string bucket) =>
        new(GatewaySettings.Over(database, s3.SettingsFor(bucket)))
        {
            ["DUCKDB_MEMORY_LIMIT"] = "512MB",
            ["MAINTENANCE_ENABLED"] = "true",
        };

    private async Task ReadAsync(ChaosGateways gateways, ChaosWriters writers, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var least = writers.Committed;
            if (await gateways.TryAskAsync(random, "query Read($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql = ChaosTable.Series }) is { } response)
            {
                Check(response, least, writers.Begun);
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    private void Check(JsonElement response, IReadOnlyList<long> least, IReadOnlyList<long> most)
    {
        if (Errors(response) is { } errors)
        {
            Note("read", errors);
        }
        else if (ChaosTable.Wrong(response.GetProperty("data").GetProperty("federatedQuery").GetProperty("data"), least, most) is { } wrong)
        {
            _wrong.Add(wrong);
        }
        else
        {
            Interlocked.Increment(ref _answers);
        }
    }

    /// <summary>What an operator asks for, at short intervals.</summary>
    private async Task OperateAsync(ChaosGateways gateways, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var document = Operation(random);
            if (await gateways.TryAskAsync(random, document) is { } response)
            {
                _jobs++;
                if (Errors(response) is { } errors)
                {
                    Note(document, errors);
                }
            }

            await Task.Delay(random.Next(100, 1_500), CancellationToken.None);
        }
    }

    private static string Operation(Random random) => random.Next(8) switch
    {
        0 => $"mutation {{ runTableMaintenance(tableName: \"{ChaosTable.Name}\") {{ id }} }}",
        1 => $"mutation {{ verifyTable(tableName: \"{ChaosTable.Name}\") {{ id }} }}",
        2 => $"mutation {{ repartitionTable(tableName: \"{ChaosTable.Name}\", partitionBy: [{Layouts[random.Next(Layouts.Length)]}]) {{ success message }} }}",
        3 => $"mutation {{ materializeQuery(query: \"SELECT writer, count(*) AS n FROM {ChaosTable.Name} GROUP BY writer\") {{ success message }} }}",
        _ => Archive(DateTime.UtcNow.Date.AddDays(-random.Next(0, ChaosTable.Days))),
    };

    private static string Archive(DateTime before) => string.Create(
        CultureInfo.InvariantCulture, $"mutation {{ archiveTable(tableName: \"{ChaosTable.Name}\", before: \"{before:yyyy-MM-dd}T00:00:00Z\") {{ id }} }}");

    /// <summary>Errors that say what is wrong are for the caller to deal with; one that does not is a defect.</summary>
    private void Note(string what, string errors)
    {
        _asked.AddOrUpdate($"{what}: {errors}", 1, (_, count) => count + 1);
        if (errors.Contains("INTERNAL", StringComparison.Ordinal))
        {
            _wrong.Add($"{what}: {errors}");
        }
    }

    private static string? Errors(JsonElement response) => response.TryGetProperty("errors", out var errors)
        ? string.Join(" ", errors.EnumerateArray().Select(error => $"{error.GetProperty("extensions").GetProperty("code")}: {error.GetProperty("message")}"))
        : null;

    /// <summary>Nothing is written any more: every row must be there.</summary>
    private static async Task CheckAsync(ChaosGateways gateways, ChaosWriters writers)
    {
        for (var i = 0; i < Gateways; i++)
        {
            var series = await gateways[i].DataAsync("query Read($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql = ChaosTable.Series });
            Assert.Null(ChaosTable.Wrong(series.GetProperty("federatedQuery").GetProperty("data"), writers.Committed, writers.Committed));
            var mutable = await gateways[i].DataAsync(
                "query Read($sql: String!) { federatedQuery(query: $sql, limit: 1000000) { data } }", new { sql = ChaosTable.MutableRows });
            var rows = mutable.GetProperty("federatedQuery").GetProperty("data").EnumerateArray()
                .Select(row => (row.GetProperty("seq").GetInt64(), row.GetProperty("amount").GetInt64()));
            Assert.Equal(writers.MutableRows.Select(row => (row.Key, row.Value)), rows);
        }
    }

    private static async Task WaitForJobsAsync(NpgsqlDataSource source, TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        while (true)
        {
            if (await StringAsync(
                source,
                "SELECT string_agg(format('%s %s of %s by %s: %s', kind, state, table_name, lease_owner, message), '; ') FROM federated_query.jobs WHERE state IN ('Queued', 'Running')")
                is not { } open)
            {
                return;
            }

            Assert.True(DateTime.UtcNow < deadline, $"Stuck: {open}");
            await Task.Delay(200);
        }
    }

    /// <summary>A mutation that starts a job, which must end well.</summary>
    private static async Task<string> FinishAsync(GatewayProcess gateway, string mutation)
    {
        var asked = await gateway.DataAsync(mutation);
        var id = asked.EnumerateObject().Single().Value.GetProperty("id").GetString();
        while (true)
        {
            var job = (await gateway.DataAsync("query Job($id: UUID!) { job(id: $id) { state message } }", new { id })).GetProperty("job");
            if (job.GetProperty("state").GetString() is not ("QUEUED" or "RUNNING"))
            {
                Assert.True(job.GetProperty("state").GetString() == "SUCCEEDED", job.ToString());
                return job.GetProperty("message").GetString()!;
            }

            await Task.Delay(50);
        }
    }

    private static async Task<IReadOnlyList<string>> JobFiguresAsync(NpgsqlDataSource source)
    {
        var lines = new List<string>();
        await using var command = source.CreateCommand("""
            SELECT format('%s %s: %s jobs, %s taken over, longest %s', kind, state, count(*), count(*) FILTER (WHERE fence > 1), max(finished_at - started_at))
              || coalesce(': ' || string_agg(DISTINCT message, ' | ') FILTER (WHERE state = 'Failed'), '')
            FROM federated_query.jobs GROUP BY kind, state ORDER BY kind, state
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }

    private static async Task<string?> StringAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
