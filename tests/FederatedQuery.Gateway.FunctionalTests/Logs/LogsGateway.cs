using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>One gateway that takes logs, shared by the tests that tell theirs by a name of their own.</summary>
public sealed class LogsGateway : IAsyncLifetime, IDisposable
{
    /// <summary>Of a body, as sent and decompressed.</summary>
    public const int MaxBodyBytes = 4 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DataFolder _folder = new();

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    public HttpClient Client => Process.Client;

    public async Task InitializeAsync()
    {
        Process = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>
        {
            ["MAINTENANCE_ENABLED"] = "false",
            ["LOGS_MAX_BODY_BYTES"] = MaxBodyBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
            // Logs that the tests ship are of 2015 and 2017.
            ["HOT_RETENTION_DAYS"] = "30",
            ["COLD_RETENTION_DAYS"] = "7300",
        });
        await Process.StartAsync();
    }

    /// <summary>Posts a body and gives status and answer.</summary>
    public async Task<(int Status, string Body)> PostAsync(string path, byte[] body, string? contentType, string? contentEncoding = null)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (contentEncoding is not null)
        {
            content.Headers.ContentEncoding.Add(contentEncoding);
        }

        using var response = await Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(int Status, string Body)> PostAsync(string path, string body, string contentType = "application/json") =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), contentType);

    /// <summary>Waits until a query's first column is what it should be.</summary>
    public async Task WaitForAsync(string sql, long expected)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = (await RowsAsync(sql))[0].EnumerateObject().First().Value;
            var count = found.ValueKind == JsonValueKind.String ? long.Parse(found.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : found.GetInt64();
            if (count == expected)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"'{sql}' gives {count} instead of {expected}.");
            await Task.Delay(100);
        }
    }

    /// <summary>The rows of a federated query.</summary>
    public async Task<List<JsonElement>> RowsAsync(string sql)
    {
        var data = await Process.DataAsync("query($sql: String!) { federatedQuery(query: $sql, limit: 100000) { data } }", new { sql });
        return [.. data.GetProperty("federatedQuery").GetProperty("data").EnumerateArray()];
    }

    public async Task DisposeAsync() => await Process.DisposeAsync();

    public void Dispose() => _folder.Dispose();
}

[CollectionDefinition(Name)]
public sealed class LogsCollection : ICollectionFixture<LogsGateway>
{
    public const string Name = "logs";
}
