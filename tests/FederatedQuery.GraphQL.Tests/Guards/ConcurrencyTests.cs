using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Concurrency;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Guards;

public class ConcurrencyTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Operations_MoreThanAllowed_WaitTheirTurnInOrder()
    {
        var server = new Server(new ConcurrencyOptions { MaxOperations = 1, MaxWait = Hang });
        var first = server.StartAsync("first");
        await server.BegunAsync("first");
        var others = new List<Task<ExecutionResult>>();
        for (var i = 0; i < 20; i++)
        {
            others.Add(server.StartAsync($"{i}"));
            Assert.Equal((1, i + 1, 0), server.Gate.State);
        }

        server.Open("first");
        await first.WaitAsync(Hang);
        for (var i = 0; i < 20; i++)
        {
            await server.BegunAsync($"{i}");
            Assert.Equal(19 - i, server.Gate.State.Waiting);
            server.Open($"{i}");
            await others[i].WaitAsync(Hang);
        }

        Assert.Equal((0, 0, 0), server.Gate.State);
    }

    [Fact]
    public async Task Operations_QueueFull_AreRefusedAtOnce()
    {
        var server = new Server(new ConcurrencyOptions { MaxOperations = 1, MaxWaiting = 1, MaxWait = Hang });
        var first = server.StartAsync("a");
        await server.BegunAsync("a");
        var second = server.StartAsync("b");

        var refused = Assert.IsType<OperationResult>(await server.StartAsync("c").WaitAsync(Hang));

        Assert.Equal(ErrorCodes.TooManyRequests, refused.Errors[0].Code);
        Assert.Equal("1 operations are being executed and 1 wait, which are the most allowed. Try again later.", refused.Errors[0].Message);
        server.Open("a");
        server.Open("b");
        await Task.WhenAll(first, second).WaitAsync(Hang);
        Assert.Equal((0, 0, 0), server.Gate.State);
    }

    [Fact]
    public async Task Operation_WaitedTooLong_IsRefusedAndTakesNoPlace()
    {
        var server = new Server(new ConcurrencyOptions { MaxOperations = 1, MaxWait = TimeSpan.FromMilliseconds(20) });
        var first = server.StartAsync("a");
        await server.BegunAsync("a");

        var refused = Assert.IsType<OperationResult>(await server.StartAsync("b").WaitAsync(Hang));

        Assert.Equal("The operation waited 0.02 seconds for its turn, which is the longest allowed: 1 are executed at once. Try again later.", refused.Errors[0].Message);
        Assert.Equal((1, 0, 0), server.Gate.State);
        server.Open("a");
        await first.WaitAsync(Hang);
        Assert.Equal((0, 0, 0), server.Gate.State);
    }

    [Fact]
    public async Task Permits_CancelledAndFailedAtRandom_AllComeBack()
    {
        var server = new Server(new ConcurrencyOptions { MaxOperations = 3, MaxWaiting = 40, MaxWait = TimeSpan.FromMilliseconds(5) });
        var random = new Random(1);
        var work = Enumerable.Range(0, 3_000).Select(async i =>
        {
            using var stop = new CancellationTokenSource();
            var running = server.ExecuteAsync(i % 3 == 0 ? "{ fails }" : "{ soon }", stop.Token);
            if (i % 2 == 0)
            {
                await Task.Yield();
                await stop.CancelAsync();
            }

            try
            {
                await ((OperationResult)await running).DisposeAsync();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return 1;
            }

            return 0;
        }).ToArray();

        await Task.WhenAll(work).WaitAsync(Hang);

        Assert.Equal((0, 0, 0), server.Gate.State);
        Assert.IsType<OperationResult>(await server.ExecuteAsync("{ soon }", CancellationToken.None));
    }

    [Fact]
    public async Task Subscriptions_MoreThanAllowed_AreRefusedUntilOneEnds()
    {
        var server = new Server(new ConcurrencyOptions { MaxSubscriptions = 1, MaxOperations = 1 });
        var open = Assert.IsType<ResponseStream>(await server.ExecuteAsync("subscription { ticks }", CancellationToken.None));

        var refused = Assert.IsType<OperationResult>(await server.ExecuteAsync("subscription { ticks }", CancellationToken.None));
        var query = Assert.IsType<OperationResult>(await server.ExecuteAsync("{ soon }", CancellationToken.None));

        Assert.Equal(ErrorCodes.TooManySubscriptions, refused.Errors[0].Code);
        Assert.Empty(query.Errors);
        var events = new List<string>();
        await foreach (var payload in open.Results)
        {
            events.Add(await Library.ToTextAsync((OperationResult)payload));
        }

        Assert.Equal(["""{"data":{"ticks":1}}""", """{"data":{"ticks":2}}"""], events);
        Assert.IsType<ResponseStream>(await server.ExecuteAsync("subscription { ticks }", CancellationToken.None));
    }

    [Fact]
    public async Task Subscription_LeftInTheMiddle_GivesItsPlaceBack()
    {
        var server = new Server(new ConcurrencyOptions { MaxSubscriptions = 1 });
        var open = Assert.IsType<ResponseStream>(await server.ExecuteAsync("subscription { ticks }", CancellationToken.None));
        await foreach (var payload in open.Results)
        {
            await payload.DisposeAsync();
            break;
        }

        Assert.Equal(0, server.Gate.State.Subscriptions);
    }

    [Fact]
    public async Task Subscription_NeverRead_GivesItsPlaceBackWhenCollected()
    {
        var server = new Server(new ConcurrencyOptions { MaxSubscriptions = 1 });
        await SubscribeAndForgetAsync(server);
        for (var i = 0; i < 50 && server.Gate.State.Subscriptions > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.Equal(0, server.Gate.State.Subscriptions);
    }

    [Fact]
    public async Task SubscriptionSource_ThatNeverBegins_IsGivenUp()
    {
        var server = new Server(new ConcurrencyOptions(), TimeSpan.FromMilliseconds(30));

        var result = Assert.IsType<OperationResult>(await server.ExecuteAsync("subscription { never }", CancellationToken.None).AsTask().WaitAsync(Hang));

        Assert.Equal(ErrorCodes.Timeout, result.Errors[0].Code);
        await server.GivenUp.WaitAsync(Hang);
    }

    [Fact]
    public async Task Timeout_ResolverThatIgnoresItsToken_IsLeftAlone()
    {
        var server = new Server(new ConcurrencyOptions { MaxOperations = 1 }, TimeSpan.FromMilliseconds(30));

        var result = Assert.IsType<OperationResult>(await server.ExecuteAsync("{ stuck }", CancellationToken.None).AsTask().WaitAsync(Hang));

        Assert.Equal(ErrorCodes.Timeout, result.Errors[0].Code);
        Assert.Equal(0, server.Gate.State.Running);
    }

    [Fact]
    public async Task Timeout_OfOneEvent_DoesNotEndTheSubscription()
    {
        var server = new Server(new ConcurrencyOptions(), TimeSpan.FromMilliseconds(100));
        var stream = Assert.IsType<ResponseStream>(await server.ExecuteAsync("subscription { uneven }", CancellationToken.None));
        var events = new List<string>();
        await foreach (var payload in stream.Results)
        {
            events.Add(await Library.ToTextAsync((OperationResult)payload));
        }

        Assert.Contains(ErrorCodes.Timeout, events[0], StringComparison.Ordinal);
        Assert.Equal("""{"data":{"uneven":2}}""", events[1]);
    }

    private static async Task SubscribeAndForgetAsync(Server server)
    {
        Assert.IsType<ResponseStream>(await server.ExecuteAsync("subscription { ticks }", CancellationToken.None));
        Assert.Equal(1, server.Gate.State.Subscriptions);
    }

    /// <summary>Operations that go on when told to.</summary>
    private sealed class Server
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (TaskCompletionSource Begun, TaskCompletionSource Open)> _gates = new();
        private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RequestExecutor _executor;

        public Server(ConcurrencyOptions concurrency, TimeSpan? timeout = null)
        {
            var options = new RequestExecutorOptions { Concurrency = concurrency, ExecutionTimeout = timeout ?? Hang };
            Gate = new OperationGate(concurrency, TimeProvider.System);
            _executor = new RequestExecutor(CreateSchema(), options, Gate);
        }

        public OperationGate Gate { get; }

        /// <summary>When the source that never begins is told that nobody waits for it.</summary>
        public Task GivenUp => _givenUp.Task;

        public Task<ExecutionResult> StartAsync(string name) => ExecuteAsync($"{{ wait(name: \"{name}\") }}", CancellationToken.None).AsTask();

        public ValueTask<ExecutionResult> ExecuteAsync(string document, CancellationToken cancellationToken) =>
            _executor.ExecuteAsync(new OperationRequest(document), cancellationToken);

        public Task BegunAsync(string name) => Of(name).Begun.Task.WaitAsync(Hang);

        public void Open(string name) => Of(name).Open.TrySetResult();

        private (TaskCompletionSource Begun, TaskCompletionSource Open) Of(string name) => _gates.GetOrAdd(
            name, _ => (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));

        private Schema CreateSchema() => new(new SchemaConfig
        {
            Query = new ObjectType("Query", () =>
            [
                new FieldDefinition("wait", StringScalar.Instance)
                {
                    Arguments = [new InputValueDefinition("name", StringScalar.Instance)],
                    Resolver = async context =>
                    {
                        var (begun, open) = Of(context.ArgumentValue<string>(0));
                        begun.SetResult();
                        await open.Task.WaitAsync(context.RequestAborted);
                        return null;
                    },
                },
                new FieldDefinition("soon", StringScalar.Instance)
                {
                    Resolver = async _ =>
                    {
                        await Task.Yield();
                        return "now";
                    },
                },
                new FieldDefinition("fails", StringScalar.Instance)
                {
                    Resolver = async _ =>
                    {
                        await Task.Yield();
                        throw new GraphQLException("no");
                    },
                },
                new FieldDefinition("stuck", StringScalar.Instance) { Resolver = _ => new ValueTask<object?>(new TaskCompletionSource<object?>().Task) },
            ]),
            Subscription = new ObjectType("Subscription", () =>
            [
                new FieldDefinition("ticks", IntScalar.Instance) { Subscriber = _ => new ValueTask<IAsyncEnumerable<object?>>(TwoAsync()) },
                new FieldDefinition("never", IntScalar.Instance)
                {
                    Subscriber = context =>
                    {
                        context.RequestAborted.Register(_givenUp.SetResult);
                        return new ValueTask<IAsyncEnumerable<object?>>(new TaskCompletionSource<IAsyncEnumerable<object?>>().Task);
                    },
                },
                new FieldDefinition("uneven", IntScalar.Instance)
                {
                    Subscriber = _ => new ValueTask<IAsyncEnumerable<object?>>(TwoAsync()),
                    Resolver = async context =>
                    {
                        if (context.Parent<int>() == 1)
                        {
                            await Task.Delay(Timeout.Infinite, context.RequestAborted);
                        }

                        return context.Parent<int>();
                    },
                },
            ]),
        });

        private static async IAsyncEnumerable<object?> TwoAsync()
        {
            yield return 1;
            await Task.Yield();
            yield return 2;
        }
    }
}
