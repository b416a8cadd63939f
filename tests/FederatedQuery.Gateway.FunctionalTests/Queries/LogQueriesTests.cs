using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Queries;

/// <summary>The demo's log records, which lie in both tiers, against SQL.</summary>
[Collection(DemoCollection.Name)]
public class LogQueriesTests(DemoGateway gateway)
{
    [Fact]
    public async Task Logs_NoArguments_AreTheNewestOfBothTiers()
    {
        var logs = (await gateway.DataAsync("{ logs { totalCount nodes { id timestamp level message } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"))
            .GetProperty("logs");

        var ids = logs.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString());
        Assert.Equal(await IdsAsync("true", "DESC", 50), ids);
        Assert.Equal(await CountAsync("true"), logs.GetProperty("totalCount").GetInt64());
        Assert.True(logs.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
        Assert.False(logs.GetProperty("pageInfo").GetProperty("hasPreviousPage").GetBoolean());
        Assert.Equal(logs.GetProperty("edges")[49].GetProperty("cursor").GetString(), logs.GetProperty("pageInfo").GetProperty("endCursor").GetString());
    }

    [Theory]
    [InlineData("""{ level: { eq: "ERROR" } }""", "level = 'ERROR'")]
    [InlineData("""{ search: "GET HTTP -favicon" }""", @"regexp_matches(message, '(^|\W)(?i)get($|\W)') AND regexp_matches(message, '(^|\W)(?i)http($|\W)') AND NOT regexp_matches(message, '(^|\W)(?i)favicon($|\W)')")]
    [InlineData("""{ search: "mozi*" }""", @"regexp_matches(message, '(^|\W)(?i)mozi')")]
    [InlineData("""{ or: [{ level: { neq: "INFO" } }, { message: { contains: "bot" } }] }""", "level <> 'INFO' OR contains(message, 'bot')")]
    [InlineData("""{ resourceId: { startsWith: "a" }, userId: { eq: null } }""", "starts_with(resource_id, 'a') AND user_id IS NULL")]
    [InlineData("""{ metadata: { path: "status", exists: true } }""", "json_exists(metadata::JSON, '$.status')")]
    public async Task Logs_Filtered_AreWhatSqlSelects(string where, string sql)
    {
        var logs = (await gateway.DataAsync($"{{ logs(where: {where}, first: 300) {{ totalCount nodes {{ id }} }} }}")).GetProperty("logs");

        Assert.Equal(await IdsAsync(sql, "DESC", 300), logs.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()));
        Assert.Equal(await CountAsync(sql), logs.GetProperty("totalCount").GetInt64());
    }

    [Theory]
    [InlineData("order: [{ timestamp: ASC }]", "ASC", "first", "after", "endCursor")]
    [InlineData("order: [{ timestamp: DESC }]", "DESC", "first", "after", "endCursor")]
    [InlineData("", "ASC", "last", "before", "startCursor")]
    public async Task Logs_PageByPage_AreAllOfThem(string order, string way, string count, string cursor, string next)
    {
        var ids = new List<string?>();
        string? at = null;
        do
        {
            var logs = (await gateway.DataAsync(
                $"query ($at: String) {{ logs({order} {count}: 900, {cursor}: $at, where: {{ level: {{ neq: \"INFO\" }} }}) {{ nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage {next} }} }} }}",
                new { at })).GetProperty("logs");
            var page = logs.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString());
            ids.AddRange(count == "last" ? page.Reverse() : page);
            var info = logs.GetProperty("pageInfo");
            at = info.GetProperty(count == "last" ? "hasPreviousPage" : "hasNextPage").GetBoolean() ? info.GetProperty(next).GetString() : null;
        }
        while (at is not null);

        Assert.Equal(await IdsAsync("level <> 'INFO'", way, 1_000_000), ids);
    }

    [Theory]
    [InlineData("""{ logs(first: 5, last: 5) { totalCount } }""", "`first` is 5 and `last` is 5; give one: `first` for rows from the beginning, `last` for rows from the end.")]
    [InlineData("""{ logs(first: 1001) { totalCount } }""", "`first` is 1001; it must be 0 to 1000.")]
    [InlineData("""{ logs(order: [{ level: ASC, timestamp: DESC }]) { totalCount } }""", "`order[0]` has the fields `timestamp`, `level`, of which none comes first; give each an object of its own: [{ timestamp: DESC }, { level: ASC }].")]
    [InlineData("""{ logs(where: { search: "\"open" }) { totalCount } }""", "`where.search`: The quote at character 1 of the search '\"open' is not closed; a quote in a phrase is written \\\".")]
    [InlineData("""{ logs(where: { metadata: { path: "a..b", exists: true } }) { totalCount } }""", "`where.metadata.path`: 'a..b' is not a JSON path: at character 3 there should be a key. Paths look like request.headers[0] or \"service.name\".")]
    public async Task Logs_BadInput_NamesTheArgument(string query, string message)
    {
        var error = Assert.Single((await gateway.Process.QueryAsync(query)).GetProperty("errors").EnumerateArray());

        Assert.Equal(message, error.GetProperty("message").GetString());
        Assert.Equal("BAD_ARGUMENT", error.GetProperty("extensions").GetProperty("code").GetString());
    }

    private async Task<List<string?>> IdsAsync(string where, string way, int limit)
    {
        var rows = await RowsAsync($"SELECT id FROM logs WHERE {where} ORDER BY timestamp {way}, id {way} LIMIT {limit}", limit);
        return [.. rows.EnumerateArray().Select(row => row.GetProperty("id").GetString())];
    }

    private async Task<long> CountAsync(string where) => (await RowsAsync($"SELECT count(*) AS n FROM logs WHERE {where}", 1))[0].GetProperty("n").GetInt64();

    private async Task<JsonElement> RowsAsync(string sql, int limit) =>
        (await gateway.DataAsync("query ($sql: String!, $limit: Int) { federatedQuery(query: $sql, limit: $limit) { data } }", new { sql, limit })).GetProperty("federatedQuery").GetProperty("data");
}
