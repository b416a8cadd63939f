using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Telemetry;

public class OpenTelemetryTests
{
    private const string CallersTrace = "4BF92F3577B34DA6A3CE929D0E0E4736";

    [Fact]
    public async Task Gateway_OtlpEndpointSet_ExportsSpansAndMetricsWithoutValues()
    {
        await using var receiver = new OtlpReceiver();
        using var folder = new DataFolder();
        // What the SDK reads from the environment may be given as settings are.
        folder.WriteFile(".env", "OTEL_EXPORTER_OTLP_HEADERS=x-tenant=blue\n");
        await using (var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment=test",
        }))
        {
            await gateway.StartAsync("--OTEL_SERVICE_NAME=my-gateway");
            await gateway.QueryAsync(
                "query Answer($q: String!) { a: postgresQuery(query: $q) { data } b: postgresQuery(query: \"SELECT 'literal-7431' AS x\") { data } }",
                new { q = "SELECT 'variable-7432' AS y" });
            await gateway.QueryAsync("{ nothing(of: \"literal-7433\") }");
            gateway.Client.DefaultRequestHeaders.Add("traceparent", $"00-{CallersTrace.ToLowerInvariant()}-00f067aa0ba902b7-01");
            using var got = await gateway.Client.GetAsync(new Uri("/graphql?query=" + Uri.EscapeDataString("{ postgresQuery(query: \"SELECT 'literal-7434' AS z\") { data } }"), UriKind.Relative));
        }

        // The gateway was told to stop and has sent what it had.
        var spans = receiver.Spans;
        Assert.Equal(("my-gateway", "test"), (receiver.Resource["service.name"], receiver.Resource["deployment.environment"]));
        Assert.Equal(["blue"], receiver.Tenants);

        var operation = Assert.Single(spans, span => span.Attributes.GetValueOrDefault("graphql.operation.name") == "Answer");
        Assert.Equal(("query", 2, false), (operation.Name, operation.Kind, operation.IsError));
        Assert.Equal("query", operation.Attributes["graphql.operation.type"]);
        Assert.DoesNotContain("graphql.document", operation.Attributes.Keys);
        Assert.Equal(
            ["graphql.execute", "graphql.parse", "graphql.plan", "graphql.validate"],
            spans.Where(span => span.ParentId == operation.Id && span.TraceId == operation.TraceId).Select(span => span.Name).Order(StringComparer.Ordinal));
        var http = Assert.Single(spans, span => span.Id == operation.ParentId);
        Assert.Equal((2, "POST /graphql", "POST", "200"), (http.Kind, http.Name, http.Attributes["http.request.method"], http.Attributes["http.response.status_code"]));

        // Who asks goes on with his trace here.
        var called = Assert.Single(spans, span => span.ParentId == "00F067AA0BA902B7");
        Assert.Equal((CallersTrace, "GET /graphql"), (called.TraceId, called.Name));
        Assert.Contains(spans, span => span.TraceId == CallersTrace && span.Name == "federation.query");

        var refused = Assert.Single(spans, span => span.Attributes.GetValueOrDefault("error.type") == "GRAPHQL_VALIDATION_FAILED");
        Assert.True(refused.IsError);
        string[] expected =
        [
            "graphql.server.request.duration", "graphql.server.active_requests", "graphql.server.document_cache.lookups", "graphql.server.errors",
            "http.server.request.duration", "kestrel.active_connections",
        ];
        Assert.Empty(expected.Except(receiver.Metrics));
        Assert.DoesNotContain("-743", receiver.Raw, StringComparison.Ordinal);
    }
}
