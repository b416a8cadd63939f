using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Benchmarks.Federated;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Hot.Writes;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Benchmarks.Materialized;

/// <summary>Answers from stored results against computing them; and what it costs those who write to the tables, and statements that are not stored.</summary>
internal static class MaterializedComparison
{
    private const int Inserts = 2_000;
    private const int CopiedRows = 200_000;

    public static async Task<IReadOnlyList<Comparison>> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var tiers = await BothTiers.StartAsync(cancellationToken);
        var settings = tiers.Get<IOptions<MaterializationOptions>>().Value;
        await FlightsTable.LoadAsync(tiers, options.Rows, cancellationToken);
        var queries = tiers.Get<QueryService>();
        var comparisons = new List<Comparison>();
        foreach (var (name, sql) in Statements)
        {
            settings.Enabled = true;
            var stored = await queries.MaterializeAsync(new QueryRequest { Sql = sql }, null, cancellationToken);
            var (ours, theirs) = (await AskAsync(true), await AskAsync(false));
            if (ours != theirs)
            {
                throw new InvalidOperationException($"To '{sql}' the stored answer is not the computed one.");
            }

            comparisons.Add(await SideBySide.TimeAsync(
                "materialized", string.Create(CultureInfo.InvariantCulture, $"{name}, {stored.RowCount:N0} rows stored in {stored.Bytes / 1024.0:N0} KiB"), "computing it",
                Unit.Milliseconds, options.Rounds, () => AskAsync(true), () => AskAsync(false), cancellationToken));

            async Task<string> AskAsync(bool isStored)
            {
                settings.Enabled = isStored;
                using var answer = await queries.RunFederatedAsync(new QueryRequest { Sql = sql }, cancellationToken);
                return isStored == (answer.DataSource == DataSource.Materialized)
                    ? Encoding.UTF8.GetString(answer.RowsJson.Span)
                    : throw new InvalidOperationException($"'{sql}' was answered from {answer.DataSource}.");
            }
        }

        comparisons.Add(await CheapStatementAsync(queries, settings, options, cancellationToken));
        comparisons.AddRange(await WritersAsync(tiers, options, cancellationToken));
        return comparisons;
    }

    private static IEnumerable<(string Name, string Sql)> Statements =>
    [
        ("flights by region, joined with a hot table", """
            SELECT a.region, count(*) AS flights, avg(f.delay) AS delay
            FROM flights AS f JOIN airports AS a ON a.code = f.origin GROUP BY a.region ORDER BY a.region
            """),
        ("flights joined with airports, the longest 20,000", """
            SELECT f.*, a.region FROM flights AS f JOIN airports AS a ON a.code = f.origin ORDER BY f.distance DESC, f.row_id LIMIT 20000
            """),
    ];

    /// <summary>Too fast to be stored, and never the same again: what looking for it, and keeping its rows, costs.</summary>
    private static Task<Comparison> CheapStatementAsync(
        QueryService queries, MaterializationOptions settings, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT a.code, b.code AS other, $1 AS number FROM airports AS a JOIN airports AS b ON a.region = b.region WHERE a.code = 'SFO' ORDER BY ALL LIMIT 10";
        var number = 0;
        settings.MinimumTime = TimeSpan.FromMinutes(1);
        return SideBySide.TimeAsync(
            "materialized", "200 joins of small hot tables, not stored", "MATERIALIZATION_ENABLED=false", Unit.Milliseconds, options.Rounds,
            () => AskAsync(true), () => AskAsync(false), cancellationToken);

        async Task AskAsync(bool isEnabled)
        {
            settings.Enabled = isEnabled;
            for (var i = 0; i < 200; i++)
            {
                var request = new QueryRequest { Sql = Sql, Parameters = new JsonArray(number++) };
                (await queries.RunFederatedAsync(request, cancellationToken)).Dispose();
            }
        }
    }

    /// <summary>A table whose writes are noted beside one whose are not.</summary>
    private static async Task<IReadOnlyList<Comparison>> WritersAsync(BothTiers tiers, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await tiers.ExecuteAsync(
            "CREATE TABLE noted (id bigint PRIMARY KEY, v text); CREATE TABLE free (id bigint PRIMARY KEY, v text); SET synchronous_commit = off", cancellationToken);
        if (await tiers.Get<TableWrites>().TrackAsync([TableName.InPublic("noted")], cancellationToken) is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        return
        [
            await SideBySide.TimeAsync(
                "materialized", "transactions that insert one row into a table whose writes are noted", "a table without the trigger", Unit.Rate(Inserts, "transactions"),
                options.Rounds, () => InsertAsync("noted"), () => InsertAsync("free"), cancellationToken),
            await SideBySide.TimeAsync(
                "materialized", string.Create(CultureInfo.InvariantCulture, $"`COPY` of {CopiedRows:N0} rows"), "a table without the trigger", Unit.Rate(CopiedRows, "rows"),
                options.Rounds, () => CopyAsync("noted"), () => CopyAsync("free"), cancellationToken),
        ];

        async Task InsertAsync(string table)
        {
            await using var connection = await tiers.Postgres.OpenConnectionAsync(cancellationToken);
            await using (var setup = new NpgsqlCommand($"TRUNCATE {table}; SET synchronous_commit = off", connection))
            {
                await setup.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var insert = new NpgsqlCommand($"INSERT INTO {table} VALUES ($1, 'one row')", connection);
            var id = new NpgsqlParameter<long>();
            insert.Parameters.Add(id);
            await insert.PrepareAsync(cancellationToken);
            for (id.TypedValue = 0; id.TypedValue < Inserts; id.TypedValue++)
            {
                await insert.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        async Task CopyAsync(string table)
        {
            await tiers.ExecuteAsync($"TRUNCATE {table}", cancellationToken);
            await using var connection = await tiers.Postgres.OpenConnectionAsync(cancellationToken);
            await using var importer = await connection.BeginBinaryImportAsync($"COPY {table} FROM STDIN (FORMAT binary)", cancellationToken);
            for (var id = 0L; id < CopiedRows; id++)
            {
                await importer.StartRowAsync(cancellationToken);
                await importer.WriteAsync(id, cancellationToken);
                await importer.WriteAsync("one row", cancellationToken);
            }

            await importer.CompleteAsync(cancellationToken);
        }
    }
}
