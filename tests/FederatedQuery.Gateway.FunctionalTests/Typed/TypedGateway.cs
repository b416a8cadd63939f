using System.Text.Json;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>A gateway over tables of all types: sales in both tiers, some late and some equal, with the customers that they refer to, and things of every type in the hot tier.</summary>
public sealed class TypedGateway : IAsyncLifetime, IDisposable
{
    public const int Sales = 2000;
    public const int Customers = 120;

    private const string Ddl =
        """
        CREATE TABLE customers (id bigint PRIMARY KEY, name text);
        COMMENT ON TABLE customers IS 'Who buys.';
        COMMENT ON COLUMN customers.name IS 'As on the invoice.';
        CREATE TABLE sales (
          id bigint PRIMARY KEY, date timestamptz NOT NULL, region text, amount numeric(12,2), customer_id integer REFERENCES customers, ratio double precision);
        INSERT INTO customers SELECT i, 'Customer ' || (i * 37) % 50 FROM generate_series(1, 120) i;
        INSERT INTO sales
        SELECT i, date_trunc('day', now()) - interval '1 hour' * ((i * 7919) % 960),
          CASE WHEN i % 9 = 0 THEN NULL ELSE (ARRAY['north', 'south', 'east', 'Ost', 'øst', ''])[i % 6 + 1] END,
          CASE WHEN i % 13 = 0 THEN NULL ELSE ((i * 104729) % 500) / 100.0 END,
          CASE WHEN i % 7 = 0 THEN NULL ELSE (i * 31) % 120 + 1 END,
          CASE WHEN i % 17 = 0 THEN 'NaN' WHEN i % 19 = 0 THEN 'Infinity' WHEN i % 23 = 0 THEN NULL ELSE i / 8.0 END
        FROM generate_series(1, 2000) i;
        CREATE TYPE address AS (street text, "zip code" integer);
        CREATE TABLE things (
          id uuid PRIMARY KEY, truth boolean, small smallint, big bigint, price numeric, day date, clock time, local timestamp, bytes bytea, tags text[], numbers integer[],
          "home address" address, other address[], document jsonb, outline polygon, "class" text);
        INSERT INTO things VALUES
          ('00000000-0000-0000-0000-000000000001', true, 7, 9007199254740993, 1.5, '2024-02-29', '08:30:00.5', '2024-02-29 08:30:00', '\x0102', ARRAY['a', NULL, 'b"c'], ARRAY[1, 2],
           ROW('Main "St"', 12345), ARRAY[ROW('A', 1)::address, NULL], '{"a": {"b": [1, null]}, "c": "x"}', NULL, 'x'),
          ('00000000-0000-0000-0000-000000000002', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly PostgresFixture _postgres = new();

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    public NpgsqlDataSource Database { get; private set; } = null!; // set before the first test runs

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        var database = await _postgres.CreateDatabaseAsync("typed");
        Database = NpgsqlDataSource.Create(database);
        await ExecuteAsync(Ddl);
        Process = new GatewayProcess(_folder.FullPath, GatewaySettings.Over(database));
        await Process.StartAsync();
        await Process.DataAsync("""mutation { configureTiering(input: { tableName: "sales", timeColumn: "date", hotDays: 10 }) { name } }""");
        var job = (await Process.DataAsync("""mutation { archiveTable(tableName: "sales") { id } }""")).GetProperty("archiveTable").GetProperty("id").GetString();
        while ((await Process.DataAsync("query ($job: UUID!) { job(id: $job) { state message } }", new { job })).GetProperty("job") is var state
            && state.GetProperty("state").GetString() != "SUCCEEDED")
        {
            Assert.True(state.GetProperty("state").GetString() is "QUEUED" or "RUNNING", state.ToString());
            await Task.Delay(50);
        }

        // Late rows: older than what was moved, and hot.
        await ExecuteAsync("INSERT INTO sales SELECT i, date_trunc('day', now()) - interval '30 days', 'late', 1, 1, 1 FROM generate_series(2001, 2010) i");
    }

    public async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        await Database.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task RefreshAsync()
    {
        using var response = await Process.Client.PostAsync(new Uri("/graphql/schema/refresh", UriKind.Relative), null);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The <c>data</c> of a document that must succeed.</summary>
    public Task<JsonElement> DataAsync(string query, object? variables = null) => Process.DataAsync(query, variables);

    /// <summary>The one error of a document that must fail.</summary>
    public async Task<(string? Code, string Message)> ErrorAsync(string query, object? variables = null)
    {
        var error = Assert.Single((await Process.QueryAsync(query, variables)).GetProperty("errors").EnumerateArray());
        return (error.GetProperty("extensions").GetProperty("code").GetString(), error.GetProperty("message").GetString()!);
    }
}

[CollectionDefinition(Name)]
public sealed class TypedGatewayTests : ICollectionFixture<TypedGateway>
{
    public const string Name = "typed";
}
