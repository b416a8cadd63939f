using System.Diagnostics;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>QUERY_TIMEOUT interrupts both engines, and the gateway goes on.</summary>
public class TimeoutTests
{
    [Fact]
    public async Task SqlField_SlowStatement_IsInterruptedInEachEngine()
    {
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["QUERY_TIMEOUT"] = "1" });
        await gateway.StartAsync();
        string[] slow =
        [
            "postgresQuery(query: \"SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b\")",
            "icebergQuery(query: \"SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7\")",
            "federatedQuery(query: \"SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7\")",
        ];
        foreach (var field in slow)
        {
            var started = Stopwatch.GetTimestamp();
            var response = await gateway.QueryAsync($"{{ {field} {{ data }} }}");

            var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
            Assert.Equal("QUERY_TIMEOUT", error.GetProperty("extensions").GetProperty("code").GetString());
            Assert.Contains("QUERY_TIMEOUT", error.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "The answer to a timed-out query took far longer than the timeout.");
        }

        var after = await gateway.DataAsync("""{ postgresQuery(query: "SELECT 1 AS one") { data } federatedQuery(query: "SELECT 2 AS two") { data } }""");
        Assert.Equal(1, after.GetProperty("postgresQuery").GetProperty("data")[0].GetProperty("one").GetInt32());
        Assert.Equal(2, after.GetProperty("federatedQuery").GetProperty("data")[0].GetProperty("two").GetInt32());
    }
}
