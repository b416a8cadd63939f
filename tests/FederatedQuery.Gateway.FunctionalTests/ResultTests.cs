using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>What comes with an answer: the plan, <c>extensions.federation</c>, limits, parameters, figures of tables.</summary>
[Collection(DemoCollection.Name)]
public class ResultTests(DemoGateway gateway)
{
    [Fact]
    public async Task FederatedQuery_OverBothTiers_ReportsEachTier()
    {
        var response = await gateway.Process.QueryAsync(
            """{ sums: federatedQuery(query: "SELECT count(*) AS n FROM sales") { data plan { sql hot { rows sql } cold { rows filesTotal filesRead bytesRead snapshotId } } } }""");

        var answer = response.GetProperty("data").GetProperty("sums");
        Assert.Equal("""[{"n":10000}]""", answer.GetProperty("data").GetRawText());
        var hot = answer.GetProperty("plan").GetProperty("hot");
        var cold = answer.GetProperty("plan").GetProperty("cold");
        Assert.Equal(10_000, hot.GetProperty("rows").GetInt64() + cold.GetProperty("rows").GetInt64());
        Assert.True(hot.GetProperty("rows").GetInt64() > 0);
        Assert.Equal(cold.GetProperty("filesTotal").GetInt32(), cold.GetProperty("filesRead").GetInt32());

        var query = Assert.Single(response.GetProperty("extensions").GetProperty("federation").GetProperty("queries").EnumerateArray());
        Assert.Equal("sums", Assert.Single(query.GetProperty("path").EnumerateArray()).GetString());
        Assert.Equal("FEDERATED", query.GetProperty("dataSource").GetString());
        Assert.Equal(1, query.GetProperty("rows").GetInt64());
        Assert.Equal(hot.GetProperty("rows").GetInt64(), query.GetProperty("hot").GetProperty("rows").GetInt64());
        Assert.Equal(cold.GetProperty("filesRead").GetInt32(), query.GetProperty("cold").GetProperty("filesRead").GetInt32());
        Assert.Equal(cold.GetProperty("snapshotId").GetString(), query.GetProperty("cold").GetProperty("snapshotId").GetString());
        Assert.True(query.GetProperty("milliseconds").GetDouble() > 0);
        Assert.True(query.GetProperty("hot").GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(JsonValueKind.Number, query.GetProperty("cold").GetProperty("bytesFetched").ValueKind);
    }

    /// <summary>Aliases share the rows' memory, which must outlive them all.</summary>
    [Fact]
    public async Task Data_SelectedTwice_IsWrittenTwice()
    {
        var answer = (await gateway.DataAsync(
            """{ federatedQuery(query: "SELECT id, name FROM users ORDER BY id", limit: 3) { data again: data rowCount truncated } }""")).GetProperty("federatedQuery");

        Assert.Equal(answer.GetProperty("data").GetRawText(), answer.GetProperty("again").GetRawText());
        Assert.Equal(3, answer.GetProperty("data").GetArrayLength());
        Assert.Equal(3, answer.GetProperty("rowCount").GetInt32());
        Assert.True(answer.GetProperty("truncated").GetBoolean());
    }

    [Theory]
    [InlineData("postgresQuery", "SELECT name FROM users WHERE id = $1", "[7]")]
    [InlineData("federatedQuery", "SELECT name FROM users WHERE id = $1", "[7]")]
    [InlineData("federatedQuery", "SELECT name FROM users WHERE id = $id", "{\"id\": 7}")]
    public async Task SqlField_WithParameters_BindsThem(string sqlField, string sql, string parameters)
    {
        var answer = (await gateway.DataAsync(
            $"query ($sql: String!, $parameters: JSON) {{ {sqlField}(query: $sql, parameters: $parameters) {{ data }} }}",
            new { sql, parameters = JsonDocument.Parse(parameters).RootElement })).GetProperty(sqlField);
        var expected = await gateway.DataAsync("""{ postgresQuery(query: "SELECT name FROM users WHERE id = 7") { data } }""");

        Assert.Equal(expected.GetProperty("postgresQuery").GetProperty("data").GetRawText(), answer.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task IcebergQuery_ByItsSnapshot_GivesTheSame()
    {
        var tables = await gateway.DataAsync("""{ table(name: "sales", namespace: "iceberg_db") { snapshots { id operation committedAt summary } } }""");
        var snapshot = Assert.Single(tables.GetProperty("table").GetProperty("snapshots").EnumerateArray());
        Assert.Equal("append", snapshot.GetProperty("operation").GetString());
        Assert.Equal("2000", snapshot.GetProperty("summary").GetProperty("total-records").GetString());

        var answer = await gateway.DataAsync(
            "query ($id: String!) { icebergQuery(query: \"SELECT count(*) AS n FROM iceberg_db.sales\", snapshotId: $id) { data } }",
            new { id = snapshot.GetProperty("id").GetString() });

        Assert.Equal("""[{"n":2000}]""", answer.GetProperty("icebergQuery").GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Tables_Demo_SaysWhereEachLies()
    {
        var tables = (await gateway.DataAsync("{ tables { name namespace dataSource primaryKey timeColumn hotDays coldDays coldRows coldFiles } }"))
            .GetProperty("tables").EnumerateArray().ToDictionary(table => $"{table.GetProperty("namespace")}.{table.GetProperty("name")}");

        Assert.Equal(["default.logs", "default.sales", "default.users", "iceberg_db.sales"], tables.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("POSTGRES", tables["default.users"].GetProperty("dataSource").GetString());
        Assert.Equal(JsonValueKind.Null, tables["default.users"].GetProperty("hotDays").ValueKind);
        Assert.Equal("FEDERATED", tables["default.sales"].GetProperty("dataSource").GetString());
        Assert.Equal("date", tables["default.sales"].GetProperty("timeColumn").GetString());
        Assert.Equal("ICEBERG", tables["iceberg_db.sales"].GetProperty("dataSource").GetString());
        Assert.Equal(2_000, tables["iceberg_db.sales"].GetProperty("coldRows").GetInt64());
    }

    [Fact]
    public async Task Days_OfATieredTable_AddUpToItsColdRows()
    {
        var table = (await gateway.DataAsync("""{ table(name: "sales") { coldRows coldBytes days { day tier rows bytes } } }""")).GetProperty("table");

        var cold = table.GetProperty("days").EnumerateArray().Where(day => day.GetProperty("tier").GetString() == "ICEBERG").ToList();
        Assert.Equal(table.GetProperty("coldRows").GetInt64(), cold.Sum(day => day.GetProperty("rows").GetInt64()));
        Assert.Equal(table.GetProperty("coldBytes").GetInt64(), cold.Sum(day => day.GetProperty("bytes").GetInt64()));
        Assert.True(cold.Count > 600);
    }

    [Fact]
    public async Task RecommendedSource_ByAge_IsTheTier()
    {
        var now = DateTimeOffset.UtcNow;
        var data = await gateway.DataAsync(
            "query ($hot: DateTime!, $cold: DateTime!, $gone: DateTime!) { hot: getRecommendedDataSource(date: $hot) cold: getRecommendedDataSource(date: $cold) gone: getRecommendedDataSource(date: $gone) }",
            new { hot = now.AddDays(-29), cold = now.AddDays(-31), gone = now.AddDays(-731) });

        Assert.Equal("""{"hot":"POSTGRES","cold":"ICEBERG","gone":"NONE"}""", data.GetRawText());
    }
}
