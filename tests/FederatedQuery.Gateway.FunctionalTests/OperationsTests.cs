using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>The operations of the public contract, unchanged.</summary>
[Collection(DemoCollection.Name)]
public class OperationsTests(DemoGateway gateway)
{
    [Fact]
    public async Task ColdQuery_Demo_GivesFiveColdRows()
    {
        var answer = (await RunAsync("cold_query")).GetProperty("icebergQuery");

        Assert.Equal("ICEBERG", answer.GetProperty("data_source").GetString());
        AssertFiveRows(answer, ["id", "date", "region", "amount", "customer_id"]);
    }

    [Fact]
    public async Task HotQuery_Demo_GivesFiveHotRows()
    {
        var answer = (await RunAsync("hot_query")).GetProperty("postgresQuery");

        Assert.Equal("POSTGRES", answer.GetProperty("data_source").GetString());
        AssertFiveRows(answer, ["id", "name", "email", "created_at"]);
    }

    [Fact]
    public async Task ListTables_Demo_NamesTheTablesOfEachTier()
    {
        var data = await RunAsync("list_tables");

        Assert.Equal(["logs", "sales", "users"], Texts(data.GetProperty("postgresTables")));
        Assert.Equal(["logs", "sales", "iceberg_db.sales"], Texts(data.GetProperty("icebergTables")));
    }

    [Fact]
    public async Task RecommendedSource_OfOldDate_IsNone() =>
        Assert.Equal("NONE", (await RunAsync("recommended_source")).GetProperty("getRecommendedDataSource").GetString());

    [Fact]
    public async Task Analytics_NotSetUp_SaysWhatToSet()
    {
        var result = (await RunAsync("analytics")).GetProperty("setupAnalyticsIntegration");

        Assert.False(result.GetProperty("success").GetBoolean());
        Assert.StartsWith("The analytics integration is off. Set ANALYTICS_INTEGRATION_ENABLED=true", result.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TableStats_Demo_CountsBothTiers()
    {
        var data = await RunAsync("table_stats");

        var hot = data.GetProperty("postgresTableStats");
        Assert.Equal(10_000, hot.GetProperty("total_rows").GetInt64());
        Assert.Equal("bigint", hot.GetProperty("schema").GetProperty("id").GetProperty("type").GetString());
        Assert.True(hot.GetProperty("schema").GetProperty("id").GetProperty("primaryKey").GetBoolean());
        Assert.Equal(1, hot.GetProperty("column_stats").GetProperty("id").GetProperty("min").GetInt64());
        Assert.Equal(10_000, hot.GetProperty("column_stats").GetProperty("id").GetProperty("max").GetInt64());
        Assert.Equal(0, hot.GetProperty("column_stats").GetProperty("id").GetProperty("nullCount").GetInt64());
        AssertRetention(hot);

        var cold = data.GetProperty("icebergTableStats");
        var total = await gateway.DataAsync("""{ icebergQuery(query: "SELECT count(*) AS n, min(id) AS least, max(id) AS greatest FROM sales") { data } }""");
        var counted = total.GetProperty("icebergQuery").GetProperty("data")[0];
        Assert.Equal(counted.GetProperty("n").GetInt64(), cold.GetProperty("total_rows").GetInt64());
        Assert.Equal(counted.GetProperty("least").GetInt64(), cold.GetProperty("column_stats").GetProperty("id").GetProperty("min").GetInt64());
        Assert.Equal(counted.GetProperty("greatest").GetInt64(), cold.GetProperty("column_stats").GetProperty("id").GetProperty("max").GetInt64());
        Assert.Equal("timestamptz", cold.GetProperty("schema").GetProperty("date").GetProperty("type").GetString());
        AssertRetention(cold);
    }

    [Fact]
    public async Task Maintenance_AsWritten_ConfiguresTheTable()
    {
        var result = (await gateway.DataAsync(Document("maintenance"))).GetProperty("configureTableMaintenance");

        Assert.True(result.GetProperty("success").GetBoolean());
        Assert.Equal(
            "Table 'default.sales' is maintained by request only, since MAINTENANCE_ENABLED is false; files are compacted to about 512 MB; snapshots expire after 30 days.", result.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Materialize_Demo_StoresAllRowsAndAnswersFromThem()
    {
        const string Sql = "SELECT * FROM sales WHERE date >= '2024-01-01'";
        var counted = await gateway.DataAsync("""{ federatedQuery(query: "SELECT count(*) AS n FROM sales WHERE date >= '2024-01-01'") { data } }""");

        var stored = (await RunAsync("materialize")).GetProperty("materializeQuery");
        var answer = (await gateway.DataAsync($$"""{ federatedQuery(query: "{{Sql}}", limit: 3) { dataSource rowCount truncated plan { sql cold { filesRead } } } }"""))
            .GetProperty("federatedQuery");
        var dropped = (await gateway.DataAsync($$"""mutation { dropMaterialization(query: "{{Sql}}") { success } }""")).GetProperty("dropMaterialization");
        var after = (await gateway.DataAsync($$"""{ federatedQuery(query: "{{Sql}}", limit: 3) { dataSource } }""")).GetProperty("federatedQuery");

        Assert.True(stored.GetProperty("success").GetBoolean());
        Assert.Equal(counted.GetProperty("federatedQuery").GetProperty("data")[0].GetProperty("n").GetInt64(), stored.GetProperty("rowCount").GetInt64());
        Assert.Equal(["id", "date", "region", "amount", "customer_id"], Texts(stored.GetProperty("columns")));
        Assert.Equal("MATERIALIZED", answer.GetProperty("dataSource").GetString());
        Assert.Equal(3, answer.GetProperty("rowCount").GetInt32());
        Assert.True(answer.GetProperty("truncated").GetBoolean());
        Assert.Equal(1, answer.GetProperty("plan").GetProperty("cold").GetProperty("filesRead").GetInt32());
        Assert.StartsWith("-- stored ", answer.GetProperty("plan").GetProperty("sql").GetString(), StringComparison.Ordinal);
        Assert.True(dropped.GetProperty("success").GetBoolean());
        Assert.NotEqual("MATERIALIZED", after.GetProperty("dataSource").GetString());
    }

    [Fact]
    public async Task Repartition_Demo_IsByDateAndRegionAndReadsFewerBytes()
    {
        const string Query = """
            { all: icebergQuery(query: "SELECT count(*) AS n, sum(amount) AS total FROM sales") { data plan { cold { filesTotal } } }
              north: icebergQuery(query: "SELECT count(*) AS n, sum(amount) AS total FROM sales WHERE region = 'north'") { data plan { cold { filesTotal filesRead bytesRead } } } }
            """;
        var before = await gateway.DataAsync(Query);

        var answer = (await RunAsync("repartition")).GetProperty("repartitionTable");

        var after = await gateway.DataAsync(Query);
        Assert.True(answer.GetProperty("success").GetBoolean(), answer.ToString());
        Assert.Equal(before.GetProperty("all").GetProperty("data")[0].GetProperty("n").GetInt64(), answer.GetProperty("rowCount").GetInt64());
        Assert.Equal(["date", "region", "id"], Texts(answer.GetProperty("partitionColumns")));
        Assert.Equal(Cold(after, "all", "filesTotal"), answer.GetProperty("numPartitions").GetInt64());
        Assert.Contains("'date' by month", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("'region' by value (5 values), 'id' in 10 buckets", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        foreach (var name in new[] { "all", "north" })
        {
            Assert.Equal(before.GetProperty(name).GetProperty("data").ToString(), after.GetProperty(name).GetProperty("data").ToString());
        }

        // A fifth of the files are of one of five regions; before, each file had rows of all.
        Assert.Equal(Cold(before, "north", "filesTotal"), Cold(before, "north", "filesRead"));
        Assert.InRange(Cold(after, "north", "filesRead"), 1, (Cold(after, "north", "filesTotal") / 5) + 10);

        static long Cold(JsonElement data, string name, string figure) => data.GetProperty(name).GetProperty("plan").GetProperty("cold").GetProperty(figure).GetInt64();
    }

    /// <summary>Every operation is valid for the served schema, by this server and by graphql-js.</summary>
    [Fact]
    public async Task Schema_ByGraphQLJs_IsAcceptedAndTakesEveryOperation()
    {
        var query = await NodeScript.RunAsync("introspection-query.js", string.Empty);
        var introspection = await gateway.DataAsync(query);
        var documents = Directory.GetFiles(Folder, "*.graphql").Select(File.ReadAllText).ToArray();
        Assert.Equal(9, documents.Length);

        var judged = JsonDocument.Parse(await NodeScript.RunAsync("check-schema.js", JsonSerializer.Serialize(new { introspection, documents }))).RootElement;

        Assert.Equal([], Texts(judged.GetProperty("errors")));
        Assert.True(judged.GetProperty("types").GetInt32() > 30);
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "FederatedQuery.Gateway.FunctionalTests", "Operations");

    private static string Document(string operation) => File.ReadAllText(Path.Combine(Folder, operation + ".graphql"));

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];

    private static void AssertFiveRows(JsonElement answer, string[] columns)
    {
        Assert.Equal(5, answer.GetProperty("row_count").GetInt32());
        Assert.Equal(5, answer.GetProperty("data").GetArrayLength());
        Assert.All(answer.GetProperty("data").EnumerateArray(), row => Assert.Equal(columns, row.EnumerateObject().Select(cell => cell.Name)));
        Assert.InRange(answer.GetProperty("execution_time").GetDouble(), 0, 300);
        AssertRetention(answer);
    }

    private static void AssertRetention(JsonElement answer)
    {
        Assert.Equal(30, answer.GetProperty("data_retention").GetProperty("postgres_retention_days").GetInt32());
        Assert.Equal(730, answer.GetProperty("data_retention").GetProperty("iceberg_retention_days").GetInt32());
    }

    private Task<JsonElement> RunAsync(string operation) => gateway.DataAsync(Document(operation));
}
