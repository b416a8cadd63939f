using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Telemetry;

/// <summary>What operators see of reads: <c>GET /metrics</c>, <c>queryMetrics</c>, the slow-query log.</summary>
public sealed partial class MetricsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reads_AreInMetricsHistoryAndSlowLog()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath, GatewaySettings.Over(await postgres.CreateDatabaseAsync("metrics"), new Dictionary<string, string>
        {
            ["SLOW_QUERY_MILLISECONDS"] = "1",
            ["METRICS_INTERVAL"] = "3600",
        }));
        await gateway.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await gateway.DataAsync("""{ postgresQuery(query: "SELECT * FROM generate_series(1, 7)") { rowCount } }""");
        }

        await gateway.QueryAsync("""{ postgresQuery(query: "SELECT 1 / 0") { rowCount } }""");
        await gateway.DataAsync("""{ postgresQuery(query: "SELECT count(*), 'slow one' AS text FROM generate_series(1, 100000)") { rowCount } }""");

        var history = (await gateway.DataAsync("{ queryMetrics { at tier queries errors p50Milliseconds p99Milliseconds rows bytes } }")).GetProperty("queryMetrics");
        var rows = history.EnumerateArray().Where(row => row.GetProperty("tier").GetString() == "POSTGRES").ToList();
        Assert.Equal((5L, 1L, 22L), (Sum(rows, "queries"), Sum(rows, "errors"), Sum(rows, "rows")));
        Assert.True(Sum(rows, "bytes") > 0);
        Assert.All(rows, row => Assert.InRange(row.GetProperty("p50Milliseconds").GetDouble(), 0.05, row.GetProperty("p99Milliseconds").GetDouble()));
        Assert.Equal(0, (await gateway.DataAsync("""{ queryMetrics(to: "2020-01-01T00:00:00Z") { at } }""")).GetProperty("queryMetrics").GetArrayLength());
        var wrong = await gateway.QueryAsync("""{ queryMetrics(from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z") { at } }""");
        Assert.Equal("BAD_ARGUMENT", wrong.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());

        using var shipped = await gateway.Client.PostAsJsonAsync("/logs", new { message = "one" });
        Assert.True(shipped.IsSuccessStatusCode);

        // Twice: metrics of what has ended, such as the server that listens while the gateway starts, are in the first one and then no more.
        using var first = await gateway.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
        using var response = await gateway.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(4, Value(text, """federation_query_duration_seconds_count{federation_source="postgres"}"""));
        Assert.Equal(1, Value(text, """federation_query_duration_seconds_count{error_type="Statement",federation_source="postgres"}"""));
        Assert.Equal(4, Value(text, """federation_query_duration_seconds_bucket{federation_source="postgres",le="+Inf"}"""));
        Assert.Equal(22, Value(text, """federation_query_rows_total{federation_source="postgres"}"""));
        Assert.Equal(4, Value(text, """federation_tier_duration_seconds_count{federation_tier="hot"}"""));
        Assert.True(Value(text, "duckdb_memory_limit_bytes") > 0);
        Assert.Contains("\ngraphql_server_request_duration_seconds_bucket{", text, StringComparison.Ordinal);
        Assert.Contains("\ndotnet_gc_collections_total{", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        AssertGroupedByLabelsThatAreThere(text);
        Assert.Contains("\nkestrel_active_connections{", text, StringComparison.Ordinal);
        Assert.Contains("\nhttp_server_request_duration_seconds_count{", text, StringComparison.Ordinal);
        Assert.Contains("\nfederated_query_logs_flush_duration_seconds_bucket{", text, StringComparison.Ordinal);

        // The SDK's own boundaries are for milliseconds: all that takes less than five seconds would be one bucket.
        Assert.DoesNotMatch("_seconds_bucket\\{[^\n]*le=\"7500\"", text);

        var slow = Assert.Single(gateway.Output.Split('\n'), line => line.Contains("A slow query", StringComparison.Ordinal) && line.Contains("slow one", StringComparison.Ordinal));
        using var logged = JsonDocument.Parse(slow);
        Assert.Contains("slow one", logged.RootElement.GetProperty("State").GetProperty("HotSql").GetString(), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", logged.RootElement.GetProperty("Scopes").EnumerateArray().First(scope => scope.TryGetProperty("TraceId", out _)).GetProperty("TraceId").GetString());
    }

    [Fact]
    public void GrafanaDashboard_ShowsOnlyMetricsThatAreDocumented()
    {
        var used = Expressions().SelectMany(expression => Series().Matches(expression).Select(match => match.Groups[1].Value)).Distinct().ToList();
        var documented = Documented().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "telemetry.md")))
            .Select(match => match.Groups[1].Value.Replace('.', '_')).ToHashSet();

        // Those of ASP.NET Core, .NET and Npgsql are documented by their makers.
        string[] others = ["kestrel_", "http_server_", "dotnet_", "db_client_"];
        Assert.True(used.Count > 20, string.Join(' ', used));
        Assert.DoesNotContain(used, name => !Array.Exists(others, other => name.StartsWith(other, StringComparison.Ordinal))
            && !documented.Contains(name) && !documented.Contains(Suffix().Replace(name, "")));
    }

    /// <summary>What the panels of the Grafana dashboard ask for.</summary>
    private static IReadOnlyList<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "grafana-dashboard.json")));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
    }

    /// <summary>Of series that have something to show by now: a label that none of their samples has would draw one line of it all.</summary>
    private static void AssertGroupedByLabelsThatAreThere(string text)
    {
        var shown = 0;
        foreach (var expression in Expressions())
        {
            var series = Series().Match(expression).Groups[1].Value;
            var samples = text.Split('\n').Where(line => line.StartsWith(series + "{", StringComparison.Ordinal) || line.StartsWith(series + " ", StringComparison.Ordinal)).ToList();
            shown += samples.Count > 0 ? 1 : 0;
            foreach (var label in samples.Count > 0 ? GroupedBy().Match(expression).Groups[1].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries) : [])
            {
                Assert.True(samples.Exists(sample => sample.Contains(label + "=\"", StringComparison.Ordinal)), $"'{expression}' groups by {label}:\n{string.Join('\n', samples)}");
            }
        }

        Assert.True(shown > 15, $"{shown} of {Expressions().Count} panels' series are there:\n{text}");
    }

    private static long Sum(List<JsonElement> rows, string name) => rows.Sum(row => row.GetProperty(name).GetInt64());

    private static double Value(string text, string series) => double.Parse(
        Series(text, series), CultureInfo.InvariantCulture);

    private static string Series(string text, string series)
    {
        var lines = text.Split('\n').Where(line => line.StartsWith(series + " ", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count == 1, $"{series} is there {lines.Count} times in:\n{text}");
        return lines[0][(series.Length + 1)..];
    }

    [GeneratedRegex(@"([a-z_]+)\{instance")]
    private static partial Regex Series();

    [GeneratedRegex(@"by \(([a-z_, ]+)\)")]
    private static partial Regex GroupedBy();

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex Documented();

    /// <summary>What the text format adds to a name.</summary>
    [GeneratedRegex("(_seconds|_bytes)?(_total|_bucket|_count|_sum)?$")]
    private static partial Regex Suffix();

    /// <summary>A line of the text format: help, type or sample.</summary>
    [GeneratedRegex("""^(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+|[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)+\})? (-?[0-9.eE+-]+|[+-]Inf|NaN))$""")]
    private static partial Regex Line();
}
