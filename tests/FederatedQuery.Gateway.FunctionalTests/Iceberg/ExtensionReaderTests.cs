using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>COLD_READER=extension gives the rows that the native reader gives.</summary>
public class ExtensionReaderTests
{
    private static readonly string[] Statements =
    [
        "SELECT * FROM events ORDER BY id",
        "SELECT count(*) AS n, sum(id) AS total, min(at) AS least, max(name) AS most FROM events",
        "SELECT id FROM events WHERE at >= '2024-01-02' AND name <> 'b' ORDER BY id",
    ];

    [ExtensionFact]
    public async Task IcebergQuery_ExtensionReader_GivesTheSameRows()
    {
        using var folder = new DataFolder();
        var rows = folder.WriteFile("rows.csv", "id,at,name\n1,2024-01-01 00:00:00,a\n2,2024-01-02 01:00:00,b\n3,2024-01-02 02:00:00,\n4,2024-02-01 00:00:00,d\n");
        var settings = new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" };
        var expected = new List<string>();
        await using (var native = new GatewayProcess(folder.FullPath, settings))
        {
            var (exitCode, output) = await native.RunAsync("load", "--table", "events", "--time-column", "at", "--primary-key", "id", "--cold-only", rows);
            Assert.True(exitCode == 0, output);
            await native.StartAsync();
            foreach (var statement in Statements)
            {
                expected.Add(await AskAsync(native, statement));
            }
        }

        settings["COLD_READER"] = "extension";
        settings["DUCKDB_EXTENSION_DIRECTORY"] = ExtensionFactAttribute.Directory!;
        await using var extension = new GatewayProcess(folder.FullPath, settings);
        await extension.StartAsync();
        foreach (var (i, statement) in Statements.Index())
        {
            Assert.Equal(expected[i], await AskAsync(extension, statement));
        }
    }

    private static async Task<string> AskAsync(GatewayProcess gateway, string sql) =>
        (await gateway.DataAsync("query ($sql: String!) { icebergQuery(query: $sql) { data } }", new { sql })).GetProperty("icebergQuery").GetProperty("data").GetRawText();
}
