using FederatedQuery.Gateway.FunctionalTests.Tiering;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Gateway.FunctionalTests.Telemetry;

/// <summary>What an OpenTelemetry collector gets of reads and jobs over both tiers.</summary>
public sealed class TierTraceTests(PostgresFixture postgres, S3Server s3) : IClassFixture<PostgresFixture>, IClassFixture<S3Server>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [S3Fact]
    public async Task FederatedQuery_BothTiers_TraceShowsThemSideBySide()
    {
        await using var receiver = new OtlpReceiver();
        var settings = GatewaySettings.Over(await postgres.CreateDatabaseAsync("traced"), new Dictionary<string, string>(s3.SettingsFor(await s3.CreateBucketAsync()))
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["MATERIALIZATION_ENABLED"] = "false",
        });
        await using (var gateway = new GatewayProcess(_folder.FullPath, settings))
        {
            var file = _folder.File("events.parquet");
            EventsTable.Write(file);
            var load = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", file);
            Assert.True(load.ExitCode == 0, load.Output);
            await gateway.StartAsync();
            Assert.Equal("SUCCEEDED", (await EventsTable.ArchiveAsync(gateway, keepDays: 27)).GetProperty("state").GetString());
            await gateway.DataAsync("query Traced { federatedQuery(query: \"SELECT count(*), max(note) FROM events WHERE note <> 'secret-7431'\") { data } }");
            await gateway.QueryAsync("query Broken { federatedQuery(query: \"SELECT nothing FROM events\") { data } }");
        }

        var spans = receiver.Spans;
        var operation = Assert.Single(spans, span => span.Attributes.GetValueOrDefault("graphql.operation.name") == "Traced");
        var ofTrace = spans.Where(span => span.TraceId == operation.TraceId).ToList();
        ReceivedSpan Only(string name) => Assert.Single(ofTrace, span => span.Name == name);

        var read = Only("federation.query");
        Assert.Equal(("federated", "1"), (read.Attributes["federation.source"], read.Attributes["db.response.returned_rows"]));
        Assert.Contains(Ancestors(read), span => span == operation);

        // Both tiers are parts of the read itself, and were at work at the same time.
        var (hot, cold) = (Only("hot.scan"), Only("cold.scan"));
        Assert.Equal((read.Id, read.Id), (hot.ParentId, cold.ParentId));
        Assert.True(hot.Start < cold.End && cold.Start < hot.End, $"{hot} {cold}");
        Assert.Equal("postgresql", hot.Attributes["db.system.name"]);
        Assert.True(long.Parse(hot.Attributes["db.response.returned_rows"], System.Globalization.CultureInfo.InvariantCulture) > 1_000);
        Assert.NotEqual("0", cold.Attributes["cold.files.read"]);
        Assert.Equal(Only("federation.plan").Id, Only("cold.plan").ParentId);
        var broken = Assert.Single(spans, span => span.Name == "federation.query" && span.Attributes.GetValueOrDefault("error.type") == "Statement");
        Assert.True(broken.IsError);
        var archive = spans.Where(span => span.Name == "tiering.job archive").ToList();
        Assert.All(archive, job => Assert.Equal(("", "succeeded", "events"), (job.ParentId, job.Attributes["tiering.job.outcome"], job.Attributes["tiering.job.table"])));
        // A day is moved by a part of the job.
        var jobs = archive.Select(span => span.TraceId).ToHashSet();
        var requests = spans.Where(span => span.Name == "object_store.request").Select(span => (Operation: span.Attributes["object_store.operation"], IsOfJob: jobs.Contains(span.TraceId))).ToList();
        Assert.True(requests.Contains(("write", true)), string.Join(", ", requests));
        Assert.DoesNotContain("secret-7431", receiver.Raw, StringComparison.Ordinal);

        IEnumerable<ReceivedSpan> Ancestors(ReceivedSpan span)
        {
            for (var above = Above(span); above is not null; above = Above(above))
            {
                yield return above;
            }

            ReceivedSpan? Above(ReceivedSpan of) => ofTrace.SingleOrDefault(other => other.Id == of.ParentId);
        }
    }
}
