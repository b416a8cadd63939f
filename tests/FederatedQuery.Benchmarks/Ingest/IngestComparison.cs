using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Embedded;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Benchmarks.Ingest;

/// <summary>
/// Log records over HTTP into the gateway, two connections with bodies of 1,000 lines, until the last of them is stored in PostgreSQL; against two connections that send
/// encoded rows of the same contents by binary COPY into a table partitioned in the same way with a BRIN index only, and promise nothing.
/// </summary>
internal static class IngestComparison
{
    private const int Connections = 2;
    private const int BodyRecords = 1_000;
    private const int CopyRows = 10_000;
    private const int MostRecords = 600_000;
    private const int MessageBytes = 160;

    private static readonly TableName Rival = new("public", "raw_logs");

    private static readonly string[] Columns =
    [
        "id", "timestamp", "level", "message", "resource_id", "trace_id", "span_id", "commit", "parent_resource_id", "user_id", "workflow_name", "workflow_node", "metadata",
    ];

    public static async Task<IReadOnlyList<Comparison>> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var records = Math.Max(1, Math.Min(options.Rows, MostRecords) / CopyRows) * CopyRows;
        using var folder = new DataFolder();
        var home = Directory.CreateDirectory(Path.Combine(folder.FullPath, "server")).FullName;
        await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = folder.FullPath }, null, TimeProvider.System, cancellationToken);
        var settings = server.ConnectionTo("postgres");
        await using var postgres = NpgsqlDataSource.Create(settings.ConnectionString);
        await using var gateway = new GatewayProcess(home, GatewaySettings.Over(settings));
        await gateway.StartAsync();
        await MakeRivalAsync(postgres, cancellationToken);
        var now = DateTimeOffset.UtcNow;
        var bodies = Enumerable.Range(0, records / BodyRecords).Select(body => Body(body * BodyRecords, now)).ToList();
        var copies = Enumerable.Range(0, records / CopyRows).Select(copy => Rows(copy * CopyRows, now)).ToList();
        try
        {
            var comparison = await SideBySide.TimeAsync(
                "ingest",
                string.Create(CultureInfo.InvariantCulture, $"{records:N0} records of {bodies[0].Length / BodyRecords} bytes as NDJSON, until they are stored"),
                "raw binary COPY by two writers, BRIN only",
                Unit.Rate(records, "records"),
                options.Rounds,
                () => PostAsync(gateway, bodies, cancellationToken),
                () => CopyAsync(postgres, copies, cancellationToken),
                cancellationToken);
            await RequireAllAsync(postgres, (long)records * (options.Rounds + 1), cancellationToken);
            return [comparison];
        }
        finally
        {
            copies.ForEach(rows => rows.Dispose());
        }
    }

    private static async Task PostAsync(GatewayProcess gateway, List<byte[]> bodies, CancellationToken cancellationToken)
    {
        var before = await StoredAsync(gateway);
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(
            async () =>
            {
                using var client = new HttpClient { BaseAddress = gateway.Client.BaseAddress };
                for (var body = Interlocked.Increment(ref next); body < bodies.Count; body = Interlocked.Increment(ref next))
                {
                    using var content = new ByteArrayContent(bodies[body]);
                    content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                    using var response = await client.PostAsync(new Uri("/logs", UriKind.Relative), content, cancellationToken);
                    if (response.StatusCode == HttpStatusCode.TooManyRequests)
                    {
                        throw new InvalidOperationException($"The queue was full: {await response.Content.ReadAsStringAsync(cancellationToken)}");
                    }

                    response.EnsureSuccessStatusCode();
                }
            },
            cancellationToken)));
        while (await StoredAsync(gateway) < before + ((long)bodies.Count * BodyRecords))
        {
            await Task.Delay(10, cancellationToken);
        }
    }

    private static async Task<long> StoredAsync(GatewayProcess gateway) =>
        (await gateway.DataAsync("{ ingestStatus { storedRecords } }")).GetProperty("ingestStatus").GetProperty("storedRecords").GetInt64();

    private static async Task CopyAsync(NpgsqlDataSource postgres, List<EncodedRows> copies, CancellationToken cancellationToken)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(
            async () =>
            {
                await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
                for (var rows = Interlocked.Increment(ref next); rows < copies.Count; rows = Interlocked.Increment(ref next))
                {
                    await using var copy = await EncodedCopy.BeginAsync(connection, Rival, Columns, cancellationToken);
                    await copy.WriteAsync(copies[rows].Written, cancellationToken);
                    await copy.CompleteAsync(cancellationToken);
                }
            },
            cancellationToken)));
    }

    private static async Task MakeRivalAsync(NpgsqlDataSource postgres, CancellationToken cancellationToken)
    {
        await using var command = postgres.CreateCommand(
            $"""
            CREATE TABLE raw_logs (LIKE logs INCLUDING DEFAULTS) PARTITION BY RANGE (timestamp);
            CREATE INDEX ON raw_logs USING brin (timestamp);
            CREATE TABLE raw_logs_default PARTITION OF raw_logs DEFAULT;
            SELECT format('CREATE TABLE %I PARTITION OF raw_logs FOR VALUES FROM (%L) TO (%L)', 'raw_logs_' || day, current_date + day, current_date + day + 1)
            FROM generate_series(-1, 1) AS days (day)
            """);
        var partitions = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                partitions.Add(reader.GetString(0));
            }
        }

        await using var make = postgres.CreateCommand(string.Join(';', partitions));
        await make.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task RequireAllAsync(NpgsqlDataSource postgres, long records, CancellationToken cancellationToken)
    {
        foreach (var table in new[] { "logs", "raw_logs" })
        {
            await using var command = postgres.CreateCommand($"SELECT count(*) FROM {table}");
            var rows = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            if (rows != records)
            {
                throw new InvalidOperationException($"'{table}' has {rows} rows where {records} were sent.");
            }
        }
    }

    private static byte[] Body(int first, DateTimeOffset now)
    {
        var text = new StringBuilder(400 * BodyRecords);
        for (var i = first; i < first + BodyRecords; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""{"level":"{{Level(i)}}","message":"{{Message(i)}}","resourceId":"{{Resource(i)}}","timestamp":"{{now.AddMilliseconds(-i / 100):yyyy-MM-ddTHH:mm:ss.fffZ}}","traceId":"{{Trace(i)}}","spanId":"{{Span(i)}}","workflowName":"checkout"}""")
                .Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static EncodedRows Rows(int first, DateTimeOffset now)
    {
        var rows = new EncodedRows(400 * CopyRows);
        for (var i = first; i < first + CopyRows; i++)
        {
            rows.BeginRow(Columns.Length);
            rows.Uuid(Guid.CreateVersion7(now).ToByteArray(bigEndian: true));
            rows.Timestamptz(now.AddMilliseconds(-i / 100).ToUnixTimeMilliseconds() * 1000);
            foreach (var text in new[] { Level(i), Message(i), Resource(i), Trace(i), Span(i), null, null, null, "checkout", null, null })
            {
                if (text is null)
                {
                    rows.Null();
                }
                else
                {
                    rows.Text(Encoding.UTF8.GetBytes(text));
                }
            }
        }

        return rows;
    }

    private static string Level(int i) => (i % 10) switch { 0 => "ERROR", < 3 => "WARN", _ => "INFO" };

    private static string Message(int i) =>
        string.Create(CultureInfo.InvariantCulture, $"request {i} of client {i * 7919 % 100_003} to /api/v1/orders/{i % 5003} was served in {i % 997} ms ").PadRight(MessageBytes, '.');

    private static string Resource(int i) => string.Create(CultureInfo.InvariantCulture, $"host-{i % 200}");

    private static string Trace(int i) => string.Create(CultureInfo.InvariantCulture, $"{i / 5 * 2_654_435_761L:x32}");

    private static string Span(int i) => string.Create(CultureInfo.InvariantCulture, $"{i * 40_503L:x16}");
}
