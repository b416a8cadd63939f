using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Execution;

public class SubscriptionSourceTests
{
    /// <summary>A client that goes is no failure of the source, whichever token the source hears of it first.</summary>
    [Fact]
    public async Task Source_EndedByTheRequestsOwnToken_IsNoError()
    {
        var listener = new UnexpectedErrors();
        var options = new RequestExecutorOptions();
        options.DiagnosticEventListeners.Add(listener);
        var executor = new RequestExecutor(CreateSchema(), options);
        using var gone = new CancellationTokenSource();
        var stream = Assert.IsType<ResponseStream>(await executor.ExecuteAsync(new OperationRequest("subscription { silent }"), gone.Token));

        await using var events = stream.Results.GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(listener.Seen);
    }

    private static Schema CreateSchema() => new(new SchemaConfig
    {
        Query = new ObjectType("Query", () => [new FieldDefinition("a", IntScalar.Instance)]),
        Subscription = new ObjectType("Subscription", () =>
        [
            new FieldDefinition("silent", IntScalar.Instance)
            {
                Subscriber = context => new ValueTask<IAsyncEnumerable<object?>>(SilentAsync(context)),
            },
        ]),
    });

    /// <summary>Registers last and goes on at once, within the cancellation: before any token linked to this one has been told.</summary>
    private static async IAsyncEnumerable<object?> SilentAsync(IResolverContext context)
    {
        var end = new TaskCompletionSource<object?>();
        await using var registration = context.RequestAborted.Register(end.SetCanceled);
        yield return await end.Task;
    }

    private sealed class UnexpectedErrors : ExecutionDiagnosticEventListener
    {
        public List<string> Seen { get; } = [];

        public override void UnexpectedError(RequestContext context, Exception exception, string id, string coordinate) => Seen.Add(exception.ToString());
    }
}
