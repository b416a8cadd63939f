using System.Net;
using System.Text;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

/// <summary>A gateway with a tiered table, <c>visits</c>, and one that is only hot, <c>guests</c>, whose catalog the tests use as outsiders do.</summary>
public sealed class RestGateway : IAsyncLifetime, IDisposable
{
    /// <summary>Columns of the tables that tests make.</summary>
    public const string Schema =
        """{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"id","type":"long","required":true},{"id":2,"name":"name","type":"string","required":false}]}""";

    private readonly DataFolder _folder = new();

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    public string CatalogAddress => $"{Process.Client.BaseAddress}iceberg";

    public string Warehouse => Path.Combine(_folder.FullPath, "warehouse");

    public async Task InitializeAsync()
    {
        var file = _folder.WriteFile("visits.csv", "id,at\n1,2020-01-01 12:00:00\n2,2020-01-02 12:00:00\n");
        Process = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        var (exitCode, output) = await Process.RunAsync("load", "--table", "visits", "--time-column", "at", "--primary-key", "id", file);
        Assert.True(exitCode == 0, output);
        (exitCode, output) = await Process.RunAsync("load", "--hot-only", "--table", "guests", "--time-column", "at", "--primary-key", "id", file);
        Assert.True(exitCode == 0, output);
        await Process.StartAsync();
        await Process.DataAsync("""mutation { configureTiering(input: { tableName: "visits", timeColumn: "at", hotDays: 7 }) { name } }""");
    }

    /// <summary>Sends a request to the catalog.</summary>
    /// <param name="path">Below <c>/iceberg</c>, encoded.</param>
    /// <param name="body">JSON; null: none.</param>
    public async Task<RestResponse> SendAsync(string method, string path, string? body = null, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{CatalogAddress}{path}"));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            // Else the answer to a body that is too large comes while it is still being sent.
            request.Headers.ExpectContinue = body.Length > 1 << 20;
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Process.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new RestResponse(response.StatusCode, response.Headers.ETag?.ToString(), text.Length == 0 ? null : JsonDocument.Parse(text).RootElement);
    }

    /// <summary>As <see cref="SendAsync"/>; it must succeed.</summary>
    public async Task<JsonElement> OkAsync(string method, string path, string? body = null)
    {
        var response = await SendAsync(method, path, body);
        Assert.True((int)response.Status is >= 200 and < 300, $"{method} {path}: {response.Status} {response.Body}");
        return response.Body ?? default;
    }

    /// <summary>Makes a namespace of a name that no other test has, and a table in it.</summary>
    /// <returns>The namespace.</returns>
    public async Task<string> CreateTableAsync(string name)
    {
        var space = $"n{Guid.NewGuid():N}";
        await OkAsync("POST", "/v1/namespaces", $$"""{"namespace":["{{space}}"]}""");
        await OkAsync("POST", $"/v1/namespaces/{space}/tables", $$"""{"name":"{{name}}","schema":{{Schema}}}""");
        return space;
    }

    public async Task DisposeAsync() => await Process.DisposeAsync();

    public void Dispose() => _folder.Dispose();
}

/// <param name="Body">Null: none.</param>
public sealed record RestResponse(HttpStatusCode Status, string? Tag, JsonElement? Body)
{
    public string ErrorType => Body!.Value.GetProperty("error").GetProperty("type").GetString()!;

    public string ErrorMessage => Body!.Value.GetProperty("error").GetProperty("message").GetString()!;
}

[CollectionDefinition(Name)]
public sealed class RestCollection : ICollectionFixture<RestGateway>
{
    public const string Name = "Iceberg REST catalog";
}
