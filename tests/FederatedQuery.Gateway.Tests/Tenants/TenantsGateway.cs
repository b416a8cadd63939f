using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Gateway.Tests.Access;
using FederatedQuery.Gateway.Tests.Access.Tokens;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Gateway.Tests.Tenants;

/// <summary>
/// One process with the tenants acme and beta, in two databases of one server. Both have a table <c>events</c>, whose older rows are cold, and logs; what is in them says whose it is.
/// </summary>
public class TenantsGateway : IAsyncLifetime, IDisposable
{
    public const string Acme = "acme";
    public const string Beta = "beta";

    private static readonly string[] All = [Acme, Beta];

    private readonly TemporaryFolder _folder = new();
    private readonly PostgresFixture _postgres = new();
    private readonly Dictionary<string, string> _keys = [];
    private readonly Dictionary<string, string> _databases = [];
    private TestIssuer _issuer = null!; // set before the first test runs
    private ECDsa _signer = null!; // set before the first test runs

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    /// <summary>In every row of a tenant.</summary>
    public static string SecretOf(string tenant) => $"secret of {tenant}";

    /// <summary>More settings of a tenant; null: of the process.</summary>
    protected virtual Task<Dictionary<string, string>> MoreAsync(string? tenant) => Task.FromResult(new Dictionary<string, string>());

    public virtual async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _issuer = await TestIssuer.StartAsync();
        _signer = _issuer.AddCurve("key");
        var files = Directory.CreateDirectory(_folder.File("tenants.d")).FullName;
        var databases = new Dictionary<string, NpgsqlConnectionStringBuilder>();
        foreach (var tenant in All)
        {
            databases[tenant] = await _postgres.CreateDatabaseAsync(tenant);
            _databases[tenant] = databases[tenant].Database!;
            await ExecuteAsync(databases[tenant], $"""
                CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, note text NOT NULL);
                INSERT INTO events SELECT i, now() - i * interval '10 days', '{SecretOf(tenant)} ' || i FROM generate_series(0, 9) AS i;
                CREATE TABLE only_{tenant} (id bigint PRIMARY KEY, note text);
                INSERT INTO only_{tenant} VALUES (1, '{SecretOf(tenant)}');
                """);
            var settings = GatewaySettings.Over(databases[tenant], new Dictionary<string, string>(await MoreAsync(tenant)) { ["TENANT_HOSTS"] = $"{tenant}.example.org", ["AUTH_JWT_CLIENT_ID"] = tenant + "-page" });
            await File.WriteAllTextAsync(Path.Combine(files, tenant + ".json"), JsonSerializer.Serialize(settings));
        }

        Process = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>(await MoreAsync(null))
        {
            ["TENANTS_DIRECTORY"] = files,
            ["HOST"] = "127.0.0.1",
            ["AUTH_MODE"] = "jwt",
            ["AUTH_JWT_AUTHORITY"] = _issuer.Address,
            ["AUTH_JWT_AUDIENCE"] = "gateway",
            ["MATERIALIZATION_MIN_MILLISECONDS"] = "0",
        });
        await Process.StartAsync();
        foreach (var tenant in All)
        {
            await using var database = NpgsqlDataSource.Create(databases[tenant]);
            _keys[tenant] = await TestKeys.AddAsync(database, ["admin"], tenant);
            await FillAsync(tenant);
        }
    }

    public string KeyOf(string tenant) => _keys[tenant];

    public string DatabaseOf(string tenant) => _databases[tenant];

    public string FolderOf(string tenant) => _folder.File(Path.Combine("tenants", tenant));

    public string Token(string? tenant) =>
        TestIssuer.Sign(_signer, "key", _issuer.Claims(DateTimeOffset.UtcNow, ("tenant", tenant), ("roles", new JsonArray("admin"))).ToJsonString());

    public string ForgedToken(string tenant)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return TestIssuer.Sign(other, "key", _issuer.Claims(DateTimeOffset.UtcNow, ("tenant", tenant), ("roles", new JsonArray("admin"))).ToJsonString());
    }

    /// <summary>Sends a request, and gives the answer when it has begun.</summary>
    /// <param name="credential">Null: none.</param>
    /// <param name="headers">More of them.</param>
    public Task<HttpResponseMessage> BeginAsync(string? credential, string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (credential is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + credential);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Process.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <inheritdoc cref="BeginAsync"/>
    public async Task<(HttpStatusCode Status, string Text)> SendAsync(string? credential, string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var response = await BeginAsync(credential, method, path, content, headers);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks by GraphQL.</summary>
    public async Task<string> AskAsync(string credential, string query, object? variables = null, string path = "/graphql") =>
        (await SendAsync(credential, "POST", path, JsonContent.Create(new { query, variables }))).Text;

    /// <summary>Asks, by GraphQL and as the tenant, for what must succeed.</summary>
    public async Task<JsonElement> DataAsync(string tenant, string query, object? variables = null)
    {
        var answer = await AskAsync(KeyOf(tenant), query, variables);
        var root = JsonElement.Parse(answer);
        return root.TryGetProperty("errors", out _) ? throw new InvalidOperationException(answer) : root.GetProperty("data");
    }

    /// <summary>Ships a record, and waits until it can be found.</summary>
    public async Task ShipAsync(string tenant, string message)
    {
        await DataAsync(tenant, "mutation ($m: String!) { ingestLogs(input: [{ message: $m, level: \"INFO\" }]) { accepted } }", new { m = message });
        await UntilAsync(async () => (await DataAsync(tenant, "{ logs(first: 100) { edges { node { message } } } }")).GetRawText().Contains(message, StringComparison.Ordinal));
    }

    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await isSo())
        {
            await Task.Delay(100, patience.Token);
        }
    }

    public virtual async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FillAsync(string tenant)
    {
        await DataAsync(tenant, "mutation { configureTiering(input: { tableName: \"events\", timeColumn: \"at\", hotDays: 30 }) { name } }");
        var job = (await DataAsync(tenant, "mutation { archiveTable(tableName: \"events\") { id } }")).GetProperty("archiveTable").GetProperty("id").GetString();
        await UntilAsync(async () => (await DataAsync(tenant, "query ($id: UUID!) { job(id: $id) { state message } }", new { id = job })).GetProperty("job") is var now
            && now.GetProperty("state").GetString() switch
            {
                "SUCCEEDED" => true,
                "FAILED" => throw new InvalidOperationException(now.GetRawText()),
                _ => false,
            });
        await ShipAsync(tenant, SecretOf(tenant));
    }

    private static async Task ExecuteAsync(NpgsqlConnectionStringBuilder settings, string sql)
    {
        await using var source = NpgsqlDataSource.Create(settings);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
