using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>The cold tier in a bucket, reached through a proxy that lets some requests fail: the same rows before and after every step.</summary>
public sealed class BucketTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [S3Fact]
    public async Task Archive_TablesInABucket_KeepsEveryRow()
    {
        var bucket = await server.CreateBucketAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Endpoint);
        var file = Path.Combine(_folder.FullPath, "events.parquet");
        var expected = EventsTable.Write(file);
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>(server.SettingsFor($"s3://{bucket}/lake", proxy.Address))
        {
            ["HOT_RETENTION_DAYS"] = "37",
            ["MAX_RETRIES"] = "8",
            ["RETRY_DELAY"] = "1",
        });
        proxy.Rates = new FaultRates { InternalError = 0.02, SlowDown = 0.01, CutBefore = 0.01, LostAnswer = 0.01, CutBody = 0.01, TruncatedBody = 0.01 };

        // Days past the hot retention go to the bucket as they are loaded.
        var load = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", file);
        Assert.True(load.ExitCode == 0, load.Output);
        await gateway.StartAsync();
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));

        var archive = await EventsTable.ArchiveAsync(gateway, keepDays: 34);
        Assert.True(archive.GetProperty("state").GetString() == "SUCCEEDED", archive.ToString());
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));

        var unreferenced = await gateway.RunAsync("unreferenced", "--table", "events");
        Assert.True(unreferenced.ExitCode == 0, unreferenced.Output);
        Assert.Matches(@"\d+ unreferenced files, \d+ bytes\.", unreferenced.Output);
        Assert.True(proxy.Faults.Values.Sum() > 0, "faults happened");
        Assert.Contains(
            proxy.Log, line => line.StartsWith($"GET /{bucket}/lake/default/events-", StringComparison.Ordinal) && line.Contains("/data/", StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(_folder.FullPath, "warehouse"), "*.parquet", SearchOption.AllDirectories), _ => true);
    }
}
