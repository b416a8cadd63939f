using System.Text.Json;
using Xunit;

namespace FederatedQuery.Testing;

/// <summary>One gateway with a small demo, shared by the tests that only read.</summary>
public sealed class DemoGateway : IAsyncLifetime, IDisposable
{
    private readonly DataFolder _folder = new();

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    public async Task InitializeAsync()
    {
        Process = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>
        {
            ["DEMO_PERCENT"] = "2",
            ["DEMO_TABLES"] = "users,sales,logs,iceberg_db.sales",
            ["MAINTENANCE_ENABLED"] = "false",
        });
        await Process.StartAsync("--demo");
        await WaitForOutputAsync(Process, "Demo data is ready.");
    }

    /// <summary>Waits until the gateway has written a line that holds the text.</summary>
    public static async Task WaitForOutputAsync(GatewayProcess process, string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!process.Output.Contains(text, StringComparison.Ordinal))
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"The gateway did not write '{text}':\n{process.Output}");
            }

            await Task.Delay(100);
        }
    }

    public Task<JsonElement> DataAsync(string query, object? variables = null) => Process.DataAsync(query, variables);

    public async Task DisposeAsync() => await Process.DisposeAsync();

    public void Dispose() => _folder.Dispose();
}
