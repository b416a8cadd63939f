using System.Text.Json;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>The gateway's cache of data files: killed while they come, damaged on disk, the rows stay right.</summary>
public sealed class CachedFilesTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly DataFolder _folder = new();

    private string CacheFolder => Path.Combine(_folder.FullPath, "cache");

    public void Dispose() => _folder.Dispose();

    [S3Fact]
    public async Task Query_GatewayIsKilledAndFilesAreDamaged_GivesEveryRow()
    {
        await using var proxy = await FaultProxy.StartAsync(server.Endpoint);
        var file = Path.Combine(_folder.FullPath, "events.parquet");
        var expected = EventsTable.Write(file);
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>(server.SettingsFor(await server.CreateBucketAsync(), proxy.Address))
        {
            ["HOT_RETENTION_DAYS"] = "30",
        });
        var load = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", file);
        Assert.True(load.ExitCode == 0, load.Output);

        // Killed while files are on their way: those that being ready has brought are gone by then, and come again.
        await gateway.StartAsync();
        foreach (var path in Directory.EnumerateFiles(CacheFolder, "*.data"))
        {
            File.Delete(path);
        }

        using var release = new ManualResetEventSlim();
        var asked = new TaskCompletionSource();
        proxy.Observe = request =>
        {
            if (request.Path.Value!.Contains("/data/", StringComparison.Ordinal))
            {
                asked.TrySetResult();
                release.Wait(TimeSpan.FromMinutes(1));
            }
        };
        var interrupted = EventsTable.ReadAsync(gateway);
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await gateway.KillAsync();
        release.Set();
        await Assert.ThrowsAnyAsync<Exception>(() => interrupted);
        Assert.NotEmpty(Directory.EnumerateFiles(CacheFolder, "*.tmp"));
        await gateway.StartAsync();
        Assert.Empty(Directory.EnumerateFiles(CacheFolder, "*.tmp"));
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));

        // All that a second query needs is there.
        var cold = await ReportAsync(gateway, EventsTable.Fingerprint);
        Assert.Equal(0, cold.GetProperty("bytesFetched").GetInt64());
        Assert.Equal(cold.GetProperty("filesRead").GetInt32(), cold.GetProperty("cacheHits").GetInt32());

        // Bytes that are lost while it runs: DuckDB has them in memory, or cannot read them, and they come anew.
        Damage(bytes => bytes.Clear());
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));

        // Bits that flip while the gateway is down are found when it is back.
        await gateway.KillAsync();
        Damage(bytes => bytes[bytes.Length / 2] ^= 0x10);
        await gateway.StartAsync();
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));
        Assert.True(gateway.Output.Contains("is not as it was written; it is fetched again", StringComparison.Ordinal), gateway.Output);
    }

    private static async Task<JsonElement> ReportAsync(GatewayProcess gateway, string sql)
    {
        var response = await gateway.QueryAsync("query Read($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql });
        return response.GetProperty("extensions").GetProperty("federation").GetProperty("queries")[0].GetProperty("cold");
    }

    /// <summary>Changes bytes of every cached file, and nothing else about it.</summary>
    private void Damage(Action<Span<byte>> change)
    {
        foreach (var path in Directory.EnumerateFiles(CacheFolder, "*.data"))
        {
            var time = File.GetLastWriteTimeUtc(path);
            var bytes = File.ReadAllBytes(path);
            change(bytes);
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
            {
                file.Write(bytes);
            }

            File.SetLastWriteTimeUtc(path, time);
        }
    }
}
