using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>One gateway in which all tables of other engines are registered, each with the location map that its copy here needs.</summary>
public sealed class FixtureGateway : IAsyncLifetime, IDisposable
{
    private const string Namespace = "fixtures";

    private static readonly Lazy<IReadOnlyDictionary<string, JsonElement>> AllCases = new(() =>
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "index.json")));
        return index.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!, item => item.Clone());
    });

    private readonly DataFolder _folder = new();

    /// <summary>By name; none on a clone without the shared folder.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Cases => Repository.Shared is null ? new Dictionary<string, JsonElement>() : AllCases.Value;

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    /// <summary>What <c>register</c> said.</summary>
    public string Registered { get; private set; } = "";

    private static string Root => Path.Combine(Repository.Shared!, "iceberg-fixtures");

    /// <summary>The table of a case, as SQL names it.</summary>
    public static string TableOf(string name) => $"{Namespace}.\"{name}\"";

    public async Task InitializeAsync()
    {
        if (Repository.Shared is null)
        {
            return;
        }

        var list = _folder.WriteFile("tables.ndjson", string.Join('\n', Cases.Select(item => JsonSerializer.Serialize(new
        {
            @namespace = Namespace,
            table = item.Key,
            metadata = Path.Combine(FolderOf(item.Value), item.Value.GetProperty("metadata").GetString()!),
            locationMap = item.Value.GetProperty("locations").EnumerateArray().ToDictionary(
                location => location.GetProperty("prefix").GetString()!,
                location => Path.Combine(FolderOf(item.Value), location.GetProperty("dir").GetString()!)),
        }))));
        Process = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        Registered = (await Process.RunAsync("register", "--list", list)).Output;
        await Process.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string FolderOf(JsonElement item) => Path.Combine(Root, item.GetProperty("path").GetString()!);
}
