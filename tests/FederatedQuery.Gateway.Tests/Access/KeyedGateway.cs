using System.Net;
using System.Net.Http.Headers;
using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Gateway.Tests.Access;

/// <summary>A gateway with AUTH_MODE=apikey, and a key of each role.</summary>
public sealed class KeyedGateway : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PostgresFixture _postgres = new();
    private readonly Dictionary<string, string> _keys = [];
    private NpgsqlDataSource _database = null!; // set before the first test runs

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        var database = await _postgres.CreateDatabaseAsync("keyed");
        _database = NpgsqlDataSource.Create(database);
        await using (var table = _database.CreateCommand("CREATE TABLE sales (id bigint PRIMARY KEY, region text); INSERT INTO sales VALUES (1, 'north')"))
        {
            await table.ExecuteNonQueryAsync();
        }

        Process = new GatewayProcess(_folder.FullPath, GatewaySettings.Over(database, new Dictionary<string, string> { ["AUTH_MODE"] = "apikey", ["HOST"] = "127.0.0.1" }));
        await Process.StartAsync();
        foreach (var role in new[] { "reader", "writer", "admin" })
        {
            _keys[role] = await AddKeyAsync([role]);
        }
    }

    /// <summary>The key of a role; "nobody" has none.</summary>
    public string? KeyOf(string role) => _keys.GetValueOrDefault(role);

    public Task<string> AddKeyAsync(string[] roles, string? tenant = null, DateTime? expires = null) => TestKeys.AddAsync(_database, roles, tenant, expires);

    public async Task RevokeAsync(string key)
    {
        await using var command = _database.CreateCommand("UPDATE federated_query.api_keys SET revoked_at = now() WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = KeyText.IdOf(key)! });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Sends a request as the holder of a key, and gives the answer as soon as it begins.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, string? key, HttpContent? content = null, string? accept = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return Process.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>That a key has been revoked is known within seconds; asks until it is.</summary>
    public async Task<HttpStatusCode> StatusWhenRefusedAsync(string key)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var response = await SendAsync("GET", "/graphql/schema", key);
            if (response.StatusCode != HttpStatusCode.OK || patience.IsCancellationRequested)
            {
                return response.StatusCode;
            }

            await Task.Delay(100);
        }
    }

    public async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        await _database.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();
}
