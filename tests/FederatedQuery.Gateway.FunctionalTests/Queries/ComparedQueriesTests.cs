using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Queries;

/// <summary>
/// The same statements on the gateway, whose tables lie in two tiers, and on one DuckDB that holds all rows: the same rows come back. Joins
/// across tiers and tables, common table expressions, windows, subqueries, set operations, predicates of every kind.
/// </summary>
public sealed partial class ComparedQueriesTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _reference;
    private GatewayProcess _gateway = null!; // set before the test runs

    public ComparedQueriesTests()
    {
        _reference = _database.Connect();
        _reference.Execute("SET TimeZone = 'UTC'");
        _reference.Execute($"""
            CREATE TABLE flights AS
            SELECT date_trunc('day', now())::TIMESTAMP - INTERVAL 1 DAY * (i % 60) + INTERVAL 1 MINUTE * ((i * 7919) % 1440) AS date,
                   ((i * 104729) % 500 - 60)::BIGINT AS delay,
                   ((i * 7907) % 2500 + 50)::BIGINT AS distance,
                   ['ATL', 'SFO', 'JFK', 'LAX', 'ORD', 'AUS', 'BOS', 'BWI', 'SAN', 'SEA'][(i * 31) % 10 + 1] AS origin,
                   ['LAX', 'ORD', 'DEN', 'ATL', 'SFO', 'LGA', 'MIA'][(i * 17 + i // 10) % 7 + 1] AS destination
            FROM range(60000) AS numbers(i);
            CREATE TABLE users AS
            SELECT (i + 1)::BIGINT AS id, ['Ada', 'Alan', 'Grace', 'Ken', 'Radia'][i % 5 + 1] || ' ' || i AS name,
                   lower(['Ada', 'Alan', 'Grace', 'Ken', 'Radia'][i % 5 + 1]) || i || '@example.com' AS email,
                   date_trunc('day', now()) - INTERVAL 1 HOUR * i AS created_at
            FROM range(10000) AS numbers(i);
            CREATE TABLE sales AS
            SELECT (i + 1)::BIGINT AS id, date_trunc('day', now()) - INTERVAL 1 SECOND * (i * 1261) AS date,
                   ['north', 'south', 'east', 'west', NULL][(i * 31 + i // 7) % 5 + 1] AS region,
                   (((i * 7919) % 99991) / 100 + 1)::DECIMAL(12, 2) AS amount, ((i * 104729) % 10000 + 1)::BIGINT AS customer_id
            FROM range(50000) AS numbers(i);
            """);
    }

    public async Task InitializeAsync()
    {
        foreach (var table in new[] { "flights", "users", "sales" })
        {
            _reference.Execute($"COPY {table} TO {DuckDBSql.QuoteLiteral(_folder.File(table + ".parquet"))} (FORMAT parquet)");
        }

        _gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false", ["POSTGRES_POOL_SIZE"] = "8" });
        await LoadAsync("flights", "--time-column", "date");
        await LoadAsync("users", "--primary-key", "id", "--hot-only");
        await LoadAsync("sales", "--time-column", "date", "--primary-key", "id");
        await _gateway.StartAsync();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose()
    {
        _reference.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Query_OnBothTiers_GivesTheRowsOfOneDatabase()
    {
        var differences = new List<string>();
        var stored = 0;
        foreach (var template in ComparedQueries.All)
        {
            var sql = WithDays(template);
            var expected = Expected(sql);
            await CompareAsync(sql, expected, differences);
            if (await TryMaterializeAsync(sql))
            {
                stored++;
                Assert.Equal("MATERIALIZED", await CompareAsync(sql, expected, differences));
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {ComparedQueries.All.Length} statements differ:\n{string.Join('\n', differences)}");
        Assert.True(stored >= 60, $"{stored} of {ComparedQueries.All.Length} statements were stored.");
    }

    [Fact]
    public async Task Plan_OneDay_ReadsItsFilesAlone()
    {
        var day = DateTime.UtcNow.Date.AddDays(-45).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        var data = await _gateway.DataAsync($$"""
            {
              oneDay: federatedQuery(query: "SELECT count(*) AS n FROM flights WHERE date::DATE = '{{day}}'") { data dataSource plan { cold { filesTotal filesRead } } }
              none: federatedQuery(query: "SELECT count(*) AS n FROM flights WHERE origin = 'XXX'") { data plan { cold { filesRead } } }
            }
            """);

        var oneDay = data.GetProperty("oneDay");
        Assert.Equal(1000, oneDay.GetProperty("data")[0].GetProperty("n").GetInt64());
        Assert.InRange(oneDay.GetProperty("plan").GetProperty("cold").GetProperty("filesRead").GetInt32(), 1, 2);
        Assert.InRange(oneDay.GetProperty("plan").GetProperty("cold").GetProperty("filesTotal").GetInt32(), 2, 100);
        Assert.Equal(0, data.GetProperty("none").GetProperty("plan").GetProperty("cold").GetProperty("filesRead").GetInt32());
        Assert.Equal(0, data.GetProperty("none").GetProperty("data")[0].GetProperty("n").GetInt64());
    }

    private async Task LoadAsync(string table, params string[] more)
    {
        var (exitCode, output) = await _gateway.RunAsync(["load", "--table", table, .. more, _folder.File(table + ".parquet")]);
        Assert.True(exitCode == 0, output);
    }

    private List<string> Expected(string sql)
    {
        using var result = _reference.Query(sql.Replace("* EXCLUDE (row_id)", "*", StringComparison.Ordinal));
        using var writer = new DuckDBJsonWriter(result.Columns);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var chunk in result.ReadChunks())
        {
            writer.WriteLines(chunk, buffer);
        }

        return [.. Encoding.UTF8.GetString(buffer.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    /// <returns>Where the rows came from.</returns>
    private async Task<string?> CompareAsync(string sql, List<string> expected, List<string> differences)
    {
        var (source, actual, error) = await ActualAsync(sql);
        if (error is not null || !expected.SequenceEqual(actual))
        {
            differences.Add($"{sql} ({source})\n  {error ?? $"expected {Say(expected.Except(actual))}\n  but was {Say(actual.Except(expected))} ({expected.Count} and {actual.Count} rows)"}");
        }

        return source;
    }

    private async Task<(string? Source, List<string> Rows, string? Error)> ActualAsync(string sql)
    {
        var response = await _gateway.QueryAsync("query Run($sql: String!) { federatedQuery(query: $sql, limit: 1000000) { data dataSource } }", new { sql });
        if (response.TryGetProperty("errors", out var errors))
        {
            return (null, [], errors.ToString());
        }

        var answer = response.GetProperty("data").GetProperty("federatedQuery");
        return (
            answer.GetProperty("dataSource").GetString(),
            [.. answer.GetProperty("data").EnumerateArray().Select(row => row.GetRawText()).Order(StringComparer.Ordinal)], null);
    }

    /// <returns>False when the statement's answer changes from run to run.</returns>
    private async Task<bool> TryMaterializeAsync(string sql)
    {
        var response = await _gateway.QueryAsync("mutation Store($sql: String!) { materializeQuery(query: $sql) { rowCount } }", new { sql });
        if (!response.TryGetProperty("errors", out var errors))
        {
            return true;
        }

        Assert.Contains("differs from run to run", errors[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        return false;
    }

    private static string WithDays(string template) => Day().Replace(template, match =>
        DateTime.UtcNow.Date.AddDays(-int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static string Say(IEnumerable<string> rows) => string.Join(" ", rows.Take(3)) is { Length: > 0 } said ? said : "nothing else";

    [GeneratedRegex(@"\{day:(\d+)\}")]
    private static partial Regex Day();
}
