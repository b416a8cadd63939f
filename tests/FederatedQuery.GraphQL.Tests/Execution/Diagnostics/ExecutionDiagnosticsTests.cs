using System.Collections.Concurrent;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.Batching;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Tests.Execution.Diagnostics;

public class ExecutionDiagnosticsTests
{
    [Fact]
    public async Task ExecuteAsync_NewThenKnownDocument_TellsEveryStepInOrder()
    {
        var recorder = new Recorder();
        var executor = CreateExecutor(recorder);

        await ExecuteAsync(executor, "{ sales(n: 1) { id } }");
        var first = recorder.Take();
        await ExecuteAsync(executor, "{ sales(n: 1) { id } }");

        Assert.Equal(["request(", "parse(", ")parse", "validate(", ")validate", "added", "coerce(", ")coerce", "plan(", ")plan", "execute(", ")execute", ")request"], first);
        Assert.Equal(["request(", "cached", "coerce(", ")coerce", "plan(", ")plan", "execute(", ")execute", ")request"], recorder.Take());
    }

    [Theory]
    [InlineData("{ sales(", "syntax: Syntax Error: Expected Name, found <EOF>.")]
    [InlineData("{ nothing }", "validation: Cannot query field \"nothing\" on type \"Query\".")]
    [InlineData("query A { __typename } query B { __typename }", "request: Must provide operation name if query contains multiple operations.")]
    [InlineData("query($n: Int!) { sales(n: $n) { id } }", "request: Variable \"$n\" of required type \"Int!\" was not provided.")]
    public async Task ExecuteAsync_BadRequest_TellsTheError(string document, string expected)
    {
        var recorder = new Recorder();

        await ExecuteAsync(CreateExecutor(recorder), document);

        Assert.Equal([expected], recorder.Take().Where(told => told.Contains(": ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ExecuteAsync_FailingFields_TellsErrorsAndBatches()
    {
        var recorder = new Recorder();

        await ExecuteAsync(CreateExecutor(recorder), "{ a: failed(key: 1) b: failed(key: 2) }");

        var told = recorder.Take();
        Assert.Single(told, "batch(failed 2");
        Assert.Single(told, "batch error: failed the source is down");
        Assert.Single(told, "unexpected: the source is down Query.failed");
        Assert.Equal(["resolver: a", "resolver: b"], told.Where(entry => entry.StartsWith("resolver", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ExecuteAsync_ListenerThatAsksForFields_HearsOfResolvers()
    {
        var recorder = new Recorder { Fields = true };

        await ExecuteAsync(CreateExecutor(recorder), "{ sales(n: 2) { id product { id } } }");

        Assert.Equal(
            ["Query.sales", "Sale.product", "Sale.product"],
            recorder.Take().Where(entry => entry.StartsWith("field(", StringComparison.Ordinal)).Select(entry => entry[6..]));
    }

    [Fact]
    public async Task ExecuteAsync_Subscription_TellsEveryEvent()
    {
        var recorder = new Recorder();
        await using var services = new ServiceCollection().AddSingleton(new FetchLog()).BuildServiceProvider();

        var stream = (ResponseStream)await CreateExecutor(recorder).ExecuteAsync(new OperationRequest("subscription { sold(n: 2) { id } }") { Services = services });
        await foreach (var payload in stream.Results)
        {
            await payload.DisposeAsync();
        }

        Assert.Equal(
            [")request", "subscription(", "event(", "execute(", ")execute", ")event", "event(", "execute(", ")execute", ")event", ")subscription"],
            recorder.Take().SkipWhile(entry => entry != ")request").Where(entry => !entry.Contains("batch", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ExecuteAsync_ListenerThrows_IsReportedAndTheRequestGoesOn()
    {
        var recorder = new Recorder();
        var reported = new ConcurrentQueue<string>();
        var executor = CreateExecutor(new Recorder { Throws = true, Fields = true }, recorder, (exception, listener) => reported.Enqueue(exception.Message));

        var response = await ExecuteAsync(executor, "{ sales(n: 1) { id product { id } } }");

        Assert.Equal("""{"data":{"sales":[{"id":0,"product":{"id":0}}]}}""", response);
        Assert.Contains(")request", recorder.Take());
        Assert.Contains("listener is broken", reported);
    }

    private static RequestExecutor CreateExecutor(Recorder listener, Recorder? second = null, Action<Exception, ExecutionDiagnosticEventListener>? onException = null)
    {
        var options = new RequestExecutorOptions { OnListenerException = onException };
        options.DiagnosticEventListeners.Add(listener);
        if (second is not null)
        {
            options.DiagnosticEventListeners.Add(second);
        }

        return new RequestExecutor(Shop.Schema, options);
    }

    private static async Task<string> ExecuteAsync(RequestExecutor executor, string document)
    {
        await using var services = new ServiceCollection().AddSingleton(new FetchLog()).BuildServiceProvider();
        return await Library.ToTextAsync((OperationResult)await executor.ExecuteAsync(new OperationRequest(document) { Services = services }));
    }

    private sealed class Recorder : ExecutionDiagnosticEventListener
    {
        private readonly ConcurrentQueue<string> _told = new();

        public bool Fields { get; init; }

        public bool Throws { get; init; }

        public override bool EnableResolveFieldValue => Fields;

        public string[] Take()
        {
            var told = _told.ToArray();
            _told.Clear();
            return told;
        }

        public override IDisposable ExecuteRequest(RequestContext context) => Scope("request");

        public override void RetrievedDocumentFromCache(RequestContext context) => Tell("cached");

        public override void AddedDocumentToCache(RequestContext context) => Tell("added");

        public override IDisposable ParseDocument(RequestContext context) => Scope("parse");

        public override void SyntaxError(RequestContext context, GraphQLError error) => Tell("syntax: " + error.Message);

        public override IDisposable ValidateDocument(RequestContext context) => Scope("validate");

        public override void ValidationErrors(RequestContext context, IReadOnlyList<GraphQLError> errors) => Tell("validation: " + string.Join(' ', errors.Select(error => error.Message)));

        public override void RequestError(RequestContext context, GraphQLError error) => Tell("request: " + error.Message);

        public override IDisposable CoerceVariables(RequestContext context) => Scope("coerce");

        public override IDisposable CompileOperation(RequestContext context) => Scope("plan");

        public override IDisposable ExecuteOperation(RequestContext context) => Scope("execute");

        public override IDisposable ExecuteSubscription(RequestContext context) => Scope("subscription");

        public override IDisposable OnSubscriptionEvent(RequestContext context) => Scope("event");

        public override IDisposable ResolveFieldValue(RequestContext context, IResolverContext field) => Scope("field", $"{field.ParentType.Name}.{field.Field.Name}");

        public override void ResolverError(RequestContext context, GraphQLError error) => Tell("resolver: " + error.Path![0]);

        public override void UnexpectedError(RequestContext context, Exception exception, string id, string coordinate) => Tell($"unexpected: {exception.Message} {coordinate}");

        public override IDisposable ExecuteBatch(RequestContext context, string dataLoader, int keys) => Scope("batch", $"{dataLoader} {keys}");

        public override void BatchError(RequestContext context, string dataLoader, Exception exception) => Tell($"batch error: {dataLoader} {exception.Message}");

        private Ending Scope(string name, string detail = "")
        {
            Tell(name + "(" + detail);
            return new Ending(() => Tell(")" + name));
        }

        private void Tell(string entry)
        {
            if (Throws)
            {
                throw new InvalidOperationException("listener is broken");
            }

            _told.Enqueue(entry);
        }

        private sealed class Ending(Action end) : IDisposable
        {
            public void Dispose() => end();
        }
    }
}
