using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>
/// Shippers as others wrote them send real lines to a running gateway, configured as docs/logs-protocols.md says: every line is there, once, and still
/// is when the older half has moved to the cold tier.
/// </summary>
[Collection(LogsCollection.Name)]
public partial class ShipperTests(LogsGateway gateway)
{
    private const int Lines = 2_000;

    private static readonly TimeSpan MoveTimeout = TimeSpan.FromMinutes(2);

    [SharedTheory]
    [InlineData("json", "none")]
    [InlineData("protobuf", "gzip")]
    public async Task OpenTelemetry_JavaScriptExporter_ShipsEveryLine(string encoding, string compression)
    {
        var name = "otel-" + Guid.NewGuid().ToString("N");
        var lines = ReadLines("apache_access.log");

        var result = JsonDocument.Parse(await NodeScript.RunAsync("otlp-export.js", JsonSerializer.Serialize(new
        {
            url = new Uri(gateway.Client.BaseAddress!, "/v1/logs"),
            encoding,
            compression,
            service = name,
            lines = lines.Select((line, index) => new { body = line, time = TimeOf(index).ToUnixTimeMilliseconds(), severity = 9 + (index % 3 * 4), attributes = new { index, half = index * 0.5 } }),
        }))).RootElement;

        Assert.Equal((lines.Count, "[]"), (result.GetProperty("exported").GetInt32(), result.GetProperty("failures").GetRawText()));
        await CheckAsync(name, lines);
        var row = (await gateway.RowsAsync(
            $"SELECT level, \"commit\", metadata FROM logs WHERE resource_id = '{name}' AND message = '{lines[1].Replace("'", "''", StringComparison.Ordinal)}' AND json_extract_string(metadata, '$.index') = '1'"))[0];
        Assert.Equal(("WARN", "1.2.3"), (row.GetProperty("level").GetString(), row.GetProperty("commit").GetString()));
        var metadata = row.GetProperty("metadata");
        metadata = metadata.ValueKind == JsonValueKind.String ? JsonDocument.Parse(metadata.GetString()!).RootElement : metadata;
        Assert.Equal((0.5, name, "otlp-export"), (metadata.GetProperty("half").GetDouble(), metadata.GetProperty("resource").GetProperty("service.name").GetString(), metadata.GetProperty("scope").GetProperty("name").GetString()));
    }

    [RsyslogFact]
    public async Task Rsyslog_Omelasticsearch_ShipsEveryLine()
    {
        await using var shipper = await Shipper.StartRsyslogAsync(
            $$"""
            global(workDirectory="@DIR@")
            module(load="imtcp")
            module(load="omelasticsearch")
            template(name="record" type="list" option.jsonf="on") {
              property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
              property(outname="message" name="msg" format="jsonf")
              property(outname="level" name="syslogseverity-text" format="jsonf")
              property(outname="host" name="hostname" format="jsonf")
              property(outname="program" name="programname" format="jsonf")
              property(outname="pid" name="procid" format="jsonf")
            }
            ruleset(name="ship") {
              action(type="omelasticsearch" server="127.0.0.1" serverport="{{gateway.Process.Port}}" template="record" searchIndex="logs" searchType="" esVersion.major="8"
                bulkmode="on" action.resumeRetryCount="-1" queue.type="linkedList" queue.dequeueBatchSize="500" queue.size="50000" queue.timeoutEnqueue="60000")
            }
            input(type="imtcp" port="@PORT@" address="127.0.0.1" ruleset="ship")
            """);

        await ShipSyslogAsync(shipper, "rsyslog-", "WARN");
    }

    [SyslogNgFact]
    public async Task SyslogNg_Http_ShipsEveryLine()
    {
        await using var shipper = await Shipper.StartSyslogNgAsync(
            $$"""
            @version: 3.38
            options { keep-hostname(yes); use-dns(no); frac-digits(6); };
            source s_tcp { network(ip("127.0.0.1") port(@PORT@) transport("tcp") flags(syslog-protocol)); };
            destination d_gateway {
              http(
                url("http://127.0.0.1:{{gateway.Process.Port}}/logs") method("POST") headers("Content-Type: application/x-ndjson") user-agent("syslog-ng")
                batch-lines(500) batch-timeout(500) delimiter("\n") timeout(30)
                body('$(format-json timestamp=$ISODATE level=$LEVEL message=$MESSAGE resourceId=$HOST metadata.program=$PROGRAM metadata.pid=$PID)')
              );
            };
            log { source(s_tcp); destination(d_gateway); flags(flow-control); };
            """);

        await ShipSyslogAsync(shipper, "syslog-ng-", "warning");
    }

    private async Task ShipSyslogAsync(Shipper shipper, string prefix, string level)
    {
        var name = prefix + Guid.NewGuid().ToString("N");
        var parsed = ReadLines("auth.log").Select(line => SyslogLine().Match(line)).Where(match => match.Success).ToList();

        await shipper.SendAsync(parsed.Select((match, index) => string.Create(
            CultureInfo.InvariantCulture,
            $"<36>1 {TimeOf(index):yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} {name} {match.Groups["program"].Value} {(match.Groups["pid"].Success ? match.Groups["pid"].Value : "-")} - - {match.Groups["message"].Value}")));

        try
        {
            await CheckAsync(name, [.. parsed.Select(match => match.Groups["message"].Value)]);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{error.Message}\nThe shipper wrote:\n{shipper.Output}", error);
        }

        var levels = await gateway.RowsAsync($"SELECT DISTINCT level FROM logs WHERE resource_id = '{name}'");
        Assert.Equal(level, Assert.Single(levels).GetProperty("level").GetString());
        var program = await gateway.RowsAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}' AND json_extract_string(metadata, '$.program') = 'sshd'");
        Assert.Equal(parsed.Count(match => match.Groups["program"].Value == "sshd"), program[0].GetProperty("n").GetInt64());
    }

    /// <summary>Every line is stored once: in the hot tier, and when the older half has moved, in both.</summary>
    private async Task CheckAsync(string name, IReadOnlyList<string> lines)
    {
        await gateway.WaitForAsync($"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'", lines.Count);
        await CompareAsync(name, lines);
        var job = (await gateway.Process.DataAsync("""mutation { archiveTable(tableName: "logs") { id } }""")).GetProperty("archiveTable").GetProperty("id").GetString()!;
        var started = Stopwatch.GetTimestamp();
        string? state;
        do
        {
            await Task.Delay(100);
            state = (await gateway.Process.DataAsync("query($id: UUID!) { job(id: $id) { state } }", new { id = job })).GetProperty("job").GetProperty("state").GetString();
        }
        while (state is "QUEUED" or "RUNNING" && Stopwatch.GetElapsedTime(started) < MoveTimeout);
        Assert.Equal("SUCCEEDED", state);
        await CompareAsync(name, lines);
        var cold = (await gateway.Process.DataAsync(
            "query($sql: String!) { icebergQuery(query: $sql) { data } }", new { sql = $"SELECT count(*) AS n FROM logs WHERE resource_id = '{name}'" })).GetProperty("icebergQuery").GetProperty("data")[0];
        Assert.Equal((lines.Count + 1) / 2, cold.GetProperty("n").GetInt64());
    }

    private async Task CompareAsync(string name, IReadOnlyList<string> lines)
    {
        var found = (await gateway.RowsAsync($"SELECT message FROM logs WHERE resource_id = '{name}'")).Select(row => row.GetProperty("message").GetString()!);
        Assert.Equal(lines.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    /// <summary>Every other line is of a day that moves.</summary>
    private static DateTimeOffset TimeOf(int index) => DateTimeOffset.UtcNow.AddDays(index % 2 == 0 ? -40 : 0).AddSeconds(-index % 100);

    private static List<string> ReadLines(string file) => [.. File.ReadLines(Path.Combine(Repository.Shared!, "data", "logs", file)).Take(Lines)];

    [GeneratedRegex(@"^\w{3} +\d+ [\d:]{8} \S+ (?<program>[^\s\[:]+)(\[(?<pid>\d+)\])?: *(?<message>.+)$")]
    private static partial Regex SyslogLine();
}

/// <summary>A fact that needs rsyslog and the shared folder; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RsyslogFactAttribute : FactAttribute
{
    public RsyslogFactAttribute() => Skip = SharedMaterial.Missing
        ?? (Shipper.Rsyslog is null ? "rsyslog with omelasticsearch is not here (packages rsyslog and rsyslog-elasticsearch; test.sh unpacks them)." : null);
}

/// <summary>A fact that needs syslog-ng and the shared folder; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SyslogNgFactAttribute : FactAttribute
{
    public SyslogNgFactAttribute() => Skip = SharedMaterial.Missing
        ?? (Shipper.SyslogNg is null ? "syslog-ng is not here (packages syslog-ng-core and syslog-ng-mod-http)." : null);
}
