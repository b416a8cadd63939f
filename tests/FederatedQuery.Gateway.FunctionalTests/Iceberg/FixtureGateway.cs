using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>One gateway in which all tables of other engines are registered, each with the location map that its copy needs.</summary>
public abstract class FixtureGateway : IAsyncLifetime, IDisposable
{
    private const string Namespace = "fixtures";

    private static readonly Lazy<IReadOnlyDictionary<string, JsonElement>> AllCases = new(() =>
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "index.json")));
        return index.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!, item => item.Clone());
    });

    private readonly DataFolder _folder = new();

    /// <summary>By name; none on a clone without the shared folder.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Cases => Repository.Shared is null ? new Dictionary<string, JsonElement>() : AllCases.Value;

    /// <summary>Of the cases; a single empty one where there are none, since a theory without data fails.</summary>
    public static TheoryData<string> Names => Cases.Count == 0 ? [""] : new(Cases.Keys);

    /// <summary>The folder of the fixtures.</summary>
    public static string Folder => Path.Combine(Repository.Shared!, "iceberg-fixtures");

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    /// <summary>What <c>register</c> said.</summary>
    public string Registered { get; private set; } = "";

    /// <summary>The table of a case, as SQL names it.</summary>
    public static string TableOf(string name) => $"{Namespace}.\"{name}\"";

    /// <summary>Why it cannot be started here; null where it can.</summary>
    protected abstract string? Missing { get; }

    /// <summary>A case's metadata file and location map, for its files below a place.</summary>
    /// <param name="place">Where the folder of the fixtures is, or its copy: a path or a location.</param>
    public static (string Metadata, IReadOnlyDictionary<string, string> LocationMap) FilesOf(string name, string place)
    {
        var item = Cases[name];
        var root = $"{place}/{item.GetProperty("path").GetString()}";
        return ($"{root}/{item.GetProperty("metadata").GetString()}", item.GetProperty("locations").EnumerateArray().ToDictionary(
            location => location.GetProperty("prefix").GetString()!,
            location => $"{root}/{location.GetProperty("dir").GetString()}".TrimEnd('/')));
    }

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        var (place, settings) = await PrepareAsync();
        var list = _folder.WriteFile("tables.ndjson", string.Join('\n', Cases.Keys.Select(name =>
        {
            var (metadata, locationMap) = FilesOf(name, place);
            return JsonSerializer.Serialize(new { @namespace = Namespace, table = name, metadata, locationMap });
        })));
        Process = new GatewayProcess(_folder.FullPath, settings);
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

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts the files where the gateway is to read them.</summary>
    /// <returns>That place, a path or a location, and the gateway's settings.</returns>
    protected abstract Task<(string Place, IReadOnlyDictionary<string, string> Settings)> PrepareAsync();
}
