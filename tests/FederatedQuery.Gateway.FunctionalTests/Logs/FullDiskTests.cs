using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>The disk of the write-ahead log is full.</summary>
public sealed class FullDiskTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const int DiskBytes = 6 << 20;
    private const int RecordsAtATime = 20;
    private const int Refusals = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DataFolder _home = new();

    public void Dispose() => _home.Dispose();

    [SmallDiskFact]
    public async Task Post_WriteAheadLogsDiskFull_RefusesLosesNothingAndGoesOnWhenThereIsRoom()
    {
        using var disk = SmallDisk.Mount(Path.Combine(_home.FullPath, "ingest"), DiskBytes);
        var database = await postgres.CreateDatabaseAsync("disk");
        await using var source = NpgsqlDataSource.Create(database);
        await using var gateway = new GatewayProcess(_home.FullPath, GatewaySettings.Over(database, new Dictionary<string, string> { ["LOGS_MIN_FREE_BYTES"] = "0" }));
        await gateway.StartAsync();
        var (acknowledged, posts) = (new List<string>(), 0);
        await using (var holder = await source.OpenConnectionAsync())
        await using (var transaction = await holder.BeginTransactionAsync())
        {
            // Nothing gets stored meanwhile.
            await using var hold = new NpgsqlCommand("LOCK TABLE federated_query.log_streams IN SHARE MODE", holder, transaction);
            await hold.ExecuteNonQueryAsync();
            for (var refused = 0; refused < Refusals; posts++)
            {
                Assert.True(posts < 1_000, "The disk does not get full.");
                refused += await PostAsync(gateway, posts, acknowledged) ? 0 : 1;
            }
        }

        Assert.NotEmpty(acknowledged);
        var started = Stopwatch.GetTimestamp();
        while (!await PostAsync(gateway, ++posts, acknowledged))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"It does not go on:\n{gateway.Output}");
            await Task.Delay(200);
        }

        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), await StoredAsync(gateway, source));
    }

    /// <returns>False: refused for now.</returns>
    private static async Task<bool> PostAsync(GatewayProcess gateway, int post, List<string> acknowledged)
    {
        var names = Enumerable.Range(0, RecordsAtATime).Select(record => $"{post}-{record}").ToList();
        var lines = string.Join('\n', names.Select(name => $$"""{"message":"{{new string('x', 4_000)}}","resourceId":"{{name}}"}"""));
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await gateway.Client.PostAsync(new Uri("/logs", UriKind.Relative), content);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            acknowledged.AddRange(names);
            return true;
        }

        var problem = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, problem);
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1), problem);
        Assert.Contains("disk", problem, StringComparison.OrdinalIgnoreCase);
        return false;
    }

    private static async Task<IReadOnlyList<string>> StoredAsync(GatewayProcess gateway, NpgsqlDataSource source)
    {
        while ((await gateway.DataAsync("{ ingestStatus { queuedRecords } }")).GetProperty("ingestStatus").GetProperty("queuedRecords").GetInt64() > 0)
        {
            await Task.Delay(50);
        }

        var stored = new List<string>();
        await using var command = source.CreateCommand("SELECT resource_id FROM logs ORDER BY resource_id COLLATE \"C\"");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            stored.Add(reader.GetString(0));
        }

        return stored;
    }
}
