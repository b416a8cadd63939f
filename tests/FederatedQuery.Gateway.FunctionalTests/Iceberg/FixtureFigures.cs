using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>What <c>icebergTableStats</c> says of a table beside what its rows say.</summary>
internal static class FixtureFigures
{
    /// <summary>Types whose least and greatest value have one form in both.</summary>
    private static readonly HashSet<string> Compared = ["int", "long", "boolean", "date"];

    public static async Task AssertRightAsync(FixtureGateway gateway, string name)
    {
        var stats = (await gateway.Process.DataAsync(
            "query ($name: String!) { icebergTableStats(tableName: $name, namespace: \"fixtures\") { totalRows totalRowsExact columnStats schema } }", new { name }))
            .GetProperty("icebergTableStats");
        var exact = stats.GetProperty("totalRowsExact").GetBoolean();
        var columns = stats.GetProperty("columnStats").EnumerateObject()
            .Where(column => Compared.Contains(stats.GetProperty("schema").GetProperty(column.Name).GetProperty("type").GetString()!))
            .ToList();
        var selected = columns.SelectMany((column, i) =>
        {
            var quoted = $"\"{column.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            return new[] { $"count(*) FILTER (WHERE {quoted} IS NULL) AS nulls{i}", $"min({quoted}) AS min{i}", $"max({quoted}) AS max{i}" };
        });
        var answer = (await gateway.Process.DataAsync(
            "query ($sql: String!) { icebergQuery(query: $sql) { data } }",
            new { sql = $"SELECT {string.Join(", ", selected.Prepend("count(*) AS n"))} FROM {FixtureGateway.TableOf(name)}" }))
            .GetProperty("icebergQuery").GetProperty("data")[0];

        var (told, counted) = (stats.GetProperty("totalRows").GetInt64(), answer.GetProperty("n").GetInt64());
        Assert.True(exact ? told == counted : told >= counted, $"{name}: {told} rows told, {counted} counted");
        if (!exact || told != counted)
        {
            return;
        }

        foreach (var (i, column) in columns.Index())
        {
            AssertSame(column.Value.GetProperty("nullCount"), answer.GetProperty($"nulls{i}"), $"{name}.{column.Name} nullCount");
            AssertSame(column.Value.GetProperty("min"), answer.GetProperty($"min{i}"), $"{name}.{column.Name} min");
            AssertSame(column.Value.GetProperty("max"), answer.GetProperty($"max{i}"), $"{name}.{column.Name} max");
        }
    }

    /// <summary>A figure that is not known is null.</summary>
    private static void AssertSame(JsonElement told, JsonElement counted, string what)
    {
        if (told.ValueKind != JsonValueKind.Null)
        {
            Assert.True(told.GetRawText() == counted.GetRawText(), $"{what}: {told} told, {counted} counted");
        }
    }
}
