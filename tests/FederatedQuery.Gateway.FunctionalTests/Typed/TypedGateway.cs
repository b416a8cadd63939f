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
        CREATE EXTENSION citext;
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
        CREATE MATERIALIZED VIEW regions AS SELECT DISTINCT region FROM sales;
        CREATE TYPE note AS (title text, detail jsonb);
        CREATE TABLE notes (id integer PRIMARY KEY, ratio real, words citext[], details jsonb[], best note);
        INSERT INTO notes VALUES (1, 'NaN', NULL, ARRAY['{"a": 1}'::jsonb, NULL], ROW('x', '[1]')), (2, 1, '{}', NULL, NULL);
        CREATE TYPE measure AS (code char(4), value double precision, samples real[]);
        CREATE TABLE measures (id integer PRIMARY KEY, samples double precision[], best measure, series measure[], deep note);
        INSERT INTO measures VALUES
          (1, '{1,NaN,NULL,-Infinity}', ROW('a', 'Infinity', '{0.1,NaN}'), ARRAY[ROW('b', 2, NULL)::measure, NULL, ROW('', 'NaN', '{}')::measure],
           ROW('deep', (repeat('[', 100) || repeat(']', 100))::jsonb)), (2, '{0.5}', ROW('c', 1, '{2}'), NULL, NULL);
        CREATE TABLE shops (tenant integer, number integer, name text, PRIMARY KEY (tenant, number));
        INSERT INTO shops SELECT t, n, 'Shop ' || t * n FROM generate_series(1, 5) t, generate_series(1, 6) n;
        CREATE TYPE spot AS (name text, "zip code" integer, marks text[]);
        CREATE TABLE visits (
          id bigint PRIMARY KEY, at timestamptz NOT NULL, tenant integer, shop_number integer, tags text[], scores integer[], place spot, stops spot[],
          FOREIGN KEY (tenant, shop_number) REFERENCES shops);
        INSERT INTO visits
        SELECT i, now() - interval '1 hour' * ((i * 7919) % 960), i % 5 + 1, CASE WHEN i % 11 = 0 THEN NULL ELSE (i / 5) % 5 + 1 END,
          CASE i % 8 WHEN 0 THEN NULL WHEN 1 THEN '{}' WHEN 2 THEN '{a}' WHEN 3 THEN '{a,NULL}' WHEN 4 THEN '{b,a,b}' WHEN 5 THEN '{NULL}' WHEN 6 THEN ARRAY['ä', 'c'] ELSE '{b}' END,
          CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE ARRAY[i % 10, NULLIF(i % 4, 2), i % 3] END,
          CASE WHEN i % 6 = 0 THEN NULL ELSE ROW(CASE WHEN i % 4 = 0 THEN NULL ELSE 'spot ' || i % 3 END, NULLIF(i % 9, 3), CASE i % 3 WHEN 0 THEN NULL ELSE ARRAY['x', 'y' || i % 2] END)::spot END,
          CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE ARRAY[ROW('s' || i % 3, i % 7, ARRAY['m' || i % 2])::spot, CASE WHEN i % 2 = 0 THEN NULL ELSE ROW(NULL, i % 4, '{}')::spot END] END
        FROM generate_series(1, 600) i;
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
        await ArchiveAsync("sales", "date");
        await ArchiveAsync("visits", "at");

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

    private async Task ArchiveAsync(string table, string timeColumn)
    {
        await Process.DataAsync(
            "mutation ($table: String!, $column: String!) { configureTiering(input: { tableName: $table, timeColumn: $column, hotDays: 10 }) { name } }", new { table, column = timeColumn });
        var job = (await Process.DataAsync("mutation ($table: String!) { archiveTable(tableName: $table) { id } }", new { table })).GetProperty("archiveTable").GetProperty("id").GetString();
        while ((await Process.DataAsync("query ($job: UUID!) { job(id: $job) { state message } }", new { job })).GetProperty("job") is var state
            && state.GetProperty("state").GetString() != "SUCCEEDED")
        {
            Assert.True(state.GetProperty("state").GetString() is "QUEUED" or "RUNNING", state.ToString());
            await Task.Delay(50);
        }
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
