using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;
using FederatedQuery.GraphQL.Tests.Batching;
using FederatedQuery.GraphQL.Tests.TestSchema;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Tests.Execution.Diagnostics;

/// <summary>Each test hears its own requests only: they run below an activity of its own, and with a meter of its own.</summary>
public sealed class GraphQLInstrumentationTests : IDisposable
{
    private static readonly ActivitySource Tests = new("tests");

    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ConcurrentQueue<string> _measurements = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton(new FetchLog()).BuildServiceProvider();
    private readonly Activity _root;

    public GraphQLInstrumentationTests()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TelemetryNames.Source or "tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == _root?.TraceId)
                {
                    _spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_activities);
        _root = Tests.StartActivity("root")!;
        var meters = _services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value.ToString(CultureInfo.InvariantCulture), tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value > 0 ? "+" : "0", tags));
        _meters.Start();
    }

    public void Dispose()
    {
        _root.Dispose();
        _activities.Dispose();
        _meters.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task ExecuteAsync_Query_MakesTheSpansOfTheConventions()
    {
        await ExecuteAsync("query Find { sales(n: 3) { customer { id } } }");

        Assert.Equal(
            ["graphql.dataloader.batch < graphql.execute", "graphql.execute < query", "graphql.parse < query", "graphql.plan < query", "graphql.validate < query", "query < root"],
            _spans.Select(span => $"{span.DisplayName} < {span.Parent?.DisplayName ?? _spans.Single(parent => parent.SpanId == span.ParentSpanId).DisplayName}").Order(StringComparer.Ordinal));
        var request = _spans.Single(span => span.DisplayName == "query");
        Assert.Equal(ActivityKind.Server, request.Kind);
        Assert.Equal("graphql.document.cached=False graphql.operation.name=Find graphql.operation.type=query", TagsOf(request));
        Assert.Equal(ActivityStatusCode.Unset, request.Status);
        Assert.Equal("graphql.dataloader.keys=3 graphql.dataloader.name=CustomerLoader", TagsOf(_spans.Single(span => span.DisplayName == "graphql.dataloader.batch")));
    }

    [Fact]
    public async Task ExecuteAsync_Requests_AreMeasured()
    {
        await ExecuteAsync("{ sales(n: 3) { customer { id } } }");

        Assert.Equal(
            [
                "graphql.server.active_requests -1",
                "graphql.server.active_requests 1",
                "graphql.server.dataloader.batch.keys 3 graphql.dataloader.name=CustomerLoader",
                "graphql.server.document_cache.lookups 1 graphql.document_cache.result=miss",
                "graphql.server.request.duration + graphql.operation.type=query",
            ],
            _measurements.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{ failed(key: 1) }", "query", "INTERNAL_SERVER_ERROR", "execute")]
    [InlineData("{ sales(n: \"secret\") { id } }", "GraphQL Operation", "GRAPHQL_VALIDATION_FAILED", "validate")]
    [InlineData("{ secret", "GraphQL Operation", "GRAPHQL_PARSE_FAILED", "parse")]
    [InlineData("query($n: Int!) { sales(n: $n) { id } }", "query", "BAD_USER_INPUT", "request")]
    public async Task ExecuteAsync_Failure_GivesTheCodeAndNoMessage(string document, string name, string code, string phase)
    {
        await ExecuteAsync(document);

        var request = _spans.Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal((name, ActivityStatusCode.Error, null, code), (request.DisplayName, request.Status, request.StatusDescription, request.GetTagItem("error.type")));
        Assert.Contains($"graphql.server.errors 1 error.type={code} graphql.error.phase={phase}", _measurements);
        Assert.DoesNotContain(_spans, span => TagsOf(span).Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ExecuteAsync_SlowField_GetsASpan()
    {
        await ExecuteAsync("{ impatient }", new InstrumentationOptions { SlowFieldThreshold = TimeSpan.Zero });

        var field = _spans.Single(span => span.DisplayName == "graphql.resolve");
        Assert.Equal("graphql.field.coordinate=Query.impatient", TagsOf(field));
        Assert.Equal("graphql.execute", _spans.Single(span => span.SpanId == field.ParentSpanId).DisplayName);
        Assert.True(field.Duration > TimeSpan.Zero);
        Assert.Contains("graphql.server.slow_field.duration + graphql.field.coordinate=Query.impatient", _measurements);
    }

    [Fact]
    public async Task ExecuteAsync_DocumentAskedFor_HasNoLiterals()
    {
        await ExecuteAsync(
            "# secret\nquery Find($n: Int! = 77) { a: sales(n: $n) @include(if: true) { id } ... on Query { customers(ids: [1, 2]) { id } } single(key: 12) }",
            new InstrumentationOptions { IncludeDocument = true, IncludeOperationNameInSpanName = true });

        var request = _spans.Single(span => span.Kind == ActivityKind.Server);
        Assert.Equal("query Find", request.DisplayName);
        Assert.Equal(
            "query Find($n: Int! = ?) { a: sales(n: $n) @include(if: true) { id } ...on Query { customers(ids: [? ?]) { id } } single(key: ?) }",
            request.GetTagItem("graphql.document"));
    }

    [Fact]
    public async Task ExecuteAsync_Subscription_SpansEveryEventAndCountsTheStream()
    {
        var stream = (ResponseStream)await CreateExecutor(null).ExecuteAsync(new OperationRequest("subscription { sold(n: 2) { id } }") { Services = _services });
        await foreach (var payload in stream.Results)
        {
            await payload.DisposeAsync();
        }

        var request = _spans.Single(span => span.DisplayName == "subscription");
        Assert.Equal(2, _spans.Count(span => span.DisplayName == "graphql.subscription.event" && span.ParentSpanId == request.SpanId));
        Assert.Equal(
            ["graphql.server.active_subscriptions -1", "graphql.server.active_subscriptions 1"],
            _measurements.Where(entry => entry.Contains("subscriptions", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>Allocation is all that can be measured exactly; a listener that is not enabled adds none.</summary>
    [Fact]
    public void Begin_NobodyRecords_AllocatesNothing()
    {
        var options = new RequestExecutorOptions();
        options.DiagnosticEventListeners.Add(new Disabled());
        var guard = new ListenerGuard(options);
        var request = new OperationRequest("{ hello }");
        Assert.Null(RequestEvents.Begin(Shop.Schema, request, options, guard));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(RequestEvents.Begin(Shop.Schema, request, options, guard));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class Disabled : ExecutionDiagnosticEventListener
    {
        public override bool IsEnabled => false;
    }

    private RequestExecutor CreateExecutor(InstrumentationOptions? instrumentation)
    {
        var options = new RequestExecutorOptions();
        options.DiagnosticEventListeners.Add(new GraphQLInstrumentation(instrumentation, _services.GetRequiredService<IMeterFactory>()));
        return new RequestExecutor(Shop.Schema, options);
    }

    private async Task ExecuteAsync(string document, InstrumentationOptions? instrumentation = null) => await Library.ToTextAsync(
        (OperationResult)await CreateExecutor(instrumentation).ExecuteAsync(new OperationRequest(document) { Services = _services }));

    private static string TagsOf(Activity span) =>
        string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));

    private void Record(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measurements.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))}".TrimEnd());
}
