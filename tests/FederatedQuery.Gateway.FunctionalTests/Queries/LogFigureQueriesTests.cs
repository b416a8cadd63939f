using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Queries;

/// <summary>Counts of the demo's log records, which lie in both tiers, against SQL.</summary>
[Collection(DemoCollection.Name)]
public class LogFigureQueriesTests(DemoGateway gateway)
{
    [Theory]
    [InlineData("PT1H", 3600)]
    [InlineData("P1D", 86400)]
    public async Task LogHistogram_WithAnInterval_CountsBothTiersWithoutGaps(string interval, int seconds)
    {
        var buckets = await BucketsAsync($"where: {{ level: {{ neq: \"INFO\" }} }}, interval: \"{interval}\"");

        var rows = await RowsAsync(
            $"SELECT epoch_us(timestamp) // {seconds}000000 * {seconds} AS start, level, count(*) AS n FROM logs WHERE level <> 'INFO' GROUP BY ALL ORDER BY start, level");
        Assert.Equal(
            rows.EnumerateArray().Select(row => (row.GetProperty("start").GetInt64(), row.GetProperty("level").GetString(), row.GetProperty("n").GetInt64())),
            buckets.SelectMany(bucket => bucket.GetProperty("levels").EnumerateArray().Select(level =>
                (From(bucket).ToUnixTimeSeconds(), level.GetProperty("level").GetString(), level.GetProperty("count").GetInt64()))));
        Assert.All(buckets, bucket => Assert.Equal(From(bucket).AddSeconds(seconds), bucket.GetProperty("to").GetDateTimeOffset()));
        Assert.All(buckets, bucket => Assert.Equal(bucket.GetProperty("levels").EnumerateArray().Sum(level => level.GetProperty("count").GetInt64()), bucket.GetProperty("count").GetInt64()));
        Assert.All(buckets.Zip(buckets.Skip(1)), pair => Assert.Equal(pair.First.GetProperty("to").GetDateTimeOffset(), From(pair.Second)));
        Assert.True(buckets.Count > 1);
    }

    [Fact]
    public async Task LogHistogram_NoInterval_HasAtMostAHundred()
    {
        var all = await BucketsAsync("where: { search: \"get\" }");
        var hour = await BucketsAsync("where: { timestamp: { gte: \"2026-01-01T00:00:00Z\", lt: \"2026-01-01T01:00:00Z\" } }");

        Assert.InRange(all.Count, 20, 101);
        Assert.All(hour, bucket => Assert.Equal(TimeSpan.FromMinutes(1), bucket.GetProperty("to").GetDateTimeOffset() - From(bucket)));
        Assert.Empty(await BucketsAsync("where: { level: { eq: \"none such\" } }"));
    }

    [Theory]
    [InlineData("interval: \"PT1S\"", "intervals; the most are 10,080. Ask for a longer `interval` than PT1S, or less time in `where`.")]
    [InlineData("interval: \"-PT1S\"", "`interval` is -PT1S; it must be whole microseconds, and a millisecond (PT0.001S) or more.")]
    public async Task LogHistogram_BadInterval_SaysWhatWouldBeRight(string arguments, string message)
    {
        var error = Assert.Single((await gateway.Process.QueryAsync($"{{ logHistogram({arguments}) {{ count }} }}")).GetProperty("errors").EnumerateArray());

        Assert.EndsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("BAD_ARGUMENT", error.GetProperty("extensions").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("LEVEL", "level")]
    [InlineData("RESOURCE_ID", "resource_id")]
    [InlineData("USER_ID", "user_id")]
    public async Task LogFieldValues_OfBothTiers_AreTheCommonest(string field, string column)
    {
        var values = (await gateway.DataAsync($"{{ logFieldValues(field: {field}, first: 7, where: {{ search: \"http -bot\" }}) {{ value count }} }}")).GetProperty("logFieldValues");

        var rows = await RowsAsync(
            $@"SELECT {column} AS value, count(*) AS count FROM logs WHERE regexp_matches(message, '(^|\W)(?i)http($|\W)') AND NOT regexp_matches(message, '(^|\W)(?i)bot($|\W)') "
            + "GROUP BY 1 ORDER BY count DESC, value ASC NULLS LAST LIMIT 7");
        Assert.Equal(rows.GetRawText(), values.GetRawText());
    }

    private static DateTimeOffset From(JsonElement bucket) => bucket.GetProperty("from").GetDateTimeOffset();

    private async Task<List<JsonElement>> BucketsAsync(string arguments) =>
        [.. (await gateway.DataAsync($"{{ logHistogram({arguments}) {{ from to count levels {{ level count }} }} }}")).GetProperty("logHistogram").EnumerateArray()];

    private async Task<JsonElement> RowsAsync(string sql) =>
        (await gateway.DataAsync("query ($sql: String!) { federatedQuery(query: $sql, limit: 100000) { data } }", new { sql })).GetProperty("federatedQuery").GetProperty("data");
}
