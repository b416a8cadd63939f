using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>The gateway dies in the middle of a repartition and is started again: the job is taken up and ends, with every row once.</summary>
public sealed class KilledRepartitionTests : IDisposable
{
    private const string Sums = "{ icebergQuery(query: \"SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(amount) AS total FROM sales\") { data } }";

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_DuringRepartition_IsTakenUpAgain()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>
        {
            ["DEMO_PERCENT"] = "20",
            ["DEMO_TABLES"] = "users,sales",
            ["MAINTENANCE_ENABLED"] = "false",
        });
        await gateway.StartAsync("--demo");
        await DemoGateway.WaitForOutputAsync(gateway, "Demo data is ready.");
        var sums = (await gateway.DataAsync(Sums)).ToString();

        var asked = gateway.QueryAsync("mutation { repartitionTable(tableName: \"sales\", numPartitions: 10, partitionBy: [\"region\"]) { success } }");
        var job = await WaitAsync(gateway, job => job.GetProperty("state").GetString() == "RUNNING");
        await gateway.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await asked;
            throw new InvalidOperationException("The repartition was over before the kill.");
        });

        await gateway.StartAsync();
        Assert.Equal(sums, (await gateway.DataAsync(Sums)).ToString());
        var ended = await WaitAsync(gateway, job => job.GetProperty("state").GetString() is "SUCCEEDED" or "FAILED");

        Assert.Equal(job.GetProperty("id").GetString(), ended.GetProperty("id").GetString());
        Assert.True(ended.GetProperty("state").GetString() == "SUCCEEDED", ended.ToString());
        Assert.Contains("'region' by value (5 values), 'id' in 10 buckets", ended.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(sums, (await gateway.DataAsync(Sums)).ToString());
    }

    private static async Task<JsonElement> WaitAsync(GatewayProcess gateway, Func<JsonElement, bool> isReached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var jobs = (await gateway.DataAsync("{ jobs(first: 5) { id kind state message } }")).GetProperty("jobs").EnumerateArray()
                .Where(job => job.GetProperty("kind").GetString() == "repartition")
                .ToList();
            if (jobs.Count > 0 && isReached(jobs[0]))
            {
                return jobs[0];
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
