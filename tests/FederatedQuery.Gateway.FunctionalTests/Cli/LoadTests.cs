using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Cli;

/// <summary><c>load</c>, as users call it.</summary>
public class LoadTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["MAINTENANCE_ENABLED"] = "false" };

    /// <summary>Without a gateway, then beside one: all rows are found, old ones cold, new ones hot.</summary>
    [Fact]
    public async Task Load_WithoutAndBesideAGateway_AddsTheRows()
    {
        using var folder = new DataFolder();
        var first = folder.WriteFile("first.csv", Csv(0, 90));
        var second = folder.WriteFile("second.csv", Csv(90, 30));
        await using var gateway = new GatewayProcess(folder.FullPath, Settings);

        var (exitCode, output) = await gateway.RunAsync("load", "--table", "events", "--time-column", "at", "--primary-key", "id", first);
        Assert.True(exitCode == 0, output);
        Assert.Contains("events: 90 rows loaded in ", output, StringComparison.Ordinal);

        await gateway.StartAsync();
        await AssertRowsAsync(gateway, 90);

        (exitCode, output) = await gateway.RunAsync("load", "--table", "events", second);
        Assert.True(exitCode == 0, output);
        Assert.Contains("events: 30 rows loaded in ", output, StringComparison.Ordinal);
        await AssertRowsAsync(gateway, 120);

        var table = (await gateway.DataAsync("""{ table(name: "events") { dataSource primaryKey timeColumn hotDays coldDays coldRows } }""")).GetProperty("table");
        Assert.Equal("FEDERATED", table.GetProperty("dataSource").GetString());
        Assert.Equal("id", Assert.Single(table.GetProperty("primaryKey").EnumerateArray()).GetString());
        Assert.Equal("at", table.GetProperty("timeColumn").GetString());
        Assert.Equal(30, table.GetProperty("hotDays").GetInt32());
        Assert.Equal(730, table.GetProperty("coldDays").GetInt32());
        Assert.InRange(table.GetProperty("coldRows").GetInt64(), 85, 95);
    }

    [Theory]
    [InlineData("missing.csv", new string[0], "does not exist")]
    [InlineData("rows.csv", new[] { "--hot-only", "--cold-only" }, "--hot-only and --cold-only exclude each other.")]
    [InlineData("rows.csv", new[] { "--format", "xml" }, "'xml'")]
    [InlineData("rows.csv", new[] { "--time-column", "when" }, "'when'")]
    [InlineData("rows.csv", new[] { "--primary-key", "key" }, "'key'")]
    public async Task Load_WrongArguments_SaysWhy(string file, string[] arguments, string reason)
    {
        using var folder = new DataFolder();
        folder.WriteFile("rows.csv", Csv(0, 3));
        await using var gateway = new GatewayProcess(folder.FullPath, Settings);

        var (exitCode, output) = await gateway.RunAsync(["load", "--table", "events", .. arguments, Path.Combine(folder.FullPath, file)]);

        Assert.Equal(1, exitCode);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    /// <summary>Rows of one day each, going back from yesterday.</summary>
    private static string Csv(int first, int count)
    {
        var yesterday = DateTime.UtcNow.Date.AddDays(-1);
        var lines = Enumerable.Range(first, count).Select(i => FormattableString.Invariant($"{i},{yesterday.AddDays(-i):yyyy-MM-dd} 12:00:00,name {i}"));
        return "id,at,name\n" + string.Join('\n', lines) + "\n";
    }

    private static async Task AssertRowsAsync(GatewayProcess gateway, int count)
    {
        var answer = (await gateway.DataAsync("""{ federatedQuery(query: "SELECT count(*) AS n, sum(id) AS total FROM events") { data dataSource } }"""))
            .GetProperty("federatedQuery");
        Assert.Equal("FEDERATED", answer.GetProperty("dataSource").GetString());
        var row = answer.GetProperty("data")[0];
        Assert.Equal(count, row.GetProperty("n").GetInt32());
        Assert.Equal(count * (count - 1) / 2, row.GetProperty("total").GetInt32());
        Assert.Equal(JsonValueKind.Number, row.GetProperty("n").ValueKind);
    }
}
