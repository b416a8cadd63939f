using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Tests.Batching;

public class DataLoaderTests
{
    [Fact]
    public async Task Load_MoreKeysThanABatchTakes_FetchesSeveralBatches()
    {
        var (response, log) = await Shop.ExecuteAsync(
            "{ sales(n: 4) { requiredCustomer { id } } }",
            new RequestExecutorOptions { DataLoader = new DataLoaderOptions { MaxBatchSize = 3 } });

        Assert.Equal("""{"data":{"sales":[{"requiredCustomer":{"id":0}},{"requiredCustomer":{"id":1}},{"requiredCustomer":{"id":2}},{"requiredCustomer":{"id":3}}]}}""", response);
        Assert.Equal([[0, 1, 2], [3]], log.Fetches["customer"]);
    }

    [Fact]
    public async Task Load_TenThousandKeys_AnswersInOneFetch()
    {
        var (response, log) = await Shop.ExecuteAsync(
            $"{{ customers(ids: [{string.Join(',', Enumerable.Range(100, 10_000))}]) {{ id sales {{ id }} }} }}",
            new RequestExecutorOptions { DataLoader = new DataLoaderOptions { MaxBatchSize = 20_000 } });

        Assert.Equal(10_000, JsonNode.Parse(response)!["data"]!["customers"]!.AsArray().Count);
        Assert.Equal(10_000, Assert.Single(log.Fetches["customer"]).Length);
        Assert.Equal(10_000, Assert.Single(log.Fetches["salesOf"]).Length);
    }

    /// <summary>Each key's fetch loads the next key: neither asking nor answering may grow the stack with the chain.</summary>
    [Fact]
    public async Task Load_ChainOfTenThousandFetches_DoesNotOverflowTheStack()
    {
        var schema = new SchemaBuilder().AddQueryType<ChainQueries>().Build();

        var response = await Library.ExecuteAsync(new RequestExecutor(schema), "{ chain(length: 10000) }");

        Assert.Equal("""{"data":{"chain":10000}}""", response);
    }

    [Fact]
    public async Task Load_KeyWithoutValue_IsNullOrAnErrorWhenRequired()
    {
        var reported = new ConcurrentQueue<Exception>();
        var options = new RequestExecutorOptions { OnUnexpectedException = (exception, _, _) => reported.Enqueue(exception) };

        var (response, _) = await Shop.ExecuteAsync("{ customers(ids: [4, 5]) { id } score(key: 1) }", options);
        var (required, _) = await Shop.ExecuteAsync("{ sales(n: 6) { requiredCustomer { id } } }", options);
        var (score, _) = await Shop.ExecuteAsync("{ score(key: 2) }", options);

        Assert.Equal("""{"data":{"customers":[{"id":4},null],"score":10}}""", response);
        Assert.Equal("""["sales",5,"requiredCustomer"]""", JsonNode.Parse(required)!["errors"]![0]!["path"]!.ToJsonString());
        Assert.Equal("""["score"]""", JsonNode.Parse(score)!["errors"]![0]!["path"]!.ToJsonString());
        Assert.Equal(["CustomerLoader found no value for the key '5'.", "score found no value for the key '2'."], reported.Select(exception => exception.Message));
        Assert.All(reported, exception => Assert.IsType<KeyNotFoundException>(exception));
    }

    [Fact]
    public async Task Load_FetchThrows_FailsAllKeysWithOneReportedException()
    {
        var reported = new ConcurrentQueue<string>();

        var (response, _) = await Shop.ExecuteAsync(
            "{ a: failed(key: 1) b: failed(key: 2) single(key: 1) bad: single(key: 13) }",
            new RequestExecutorOptions { OnUnexpectedException = (exception, id, _) => reported.Enqueue($"{exception.Message} {id}") });

        var json = JsonNode.Parse(response)!;
        Assert.Equal("""{"a":null,"b":null,"single":"single 1","bad":null}""", json["data"]!.ToJsonString());
        var ids = json["errors"]!.AsArray().ToDictionary(error => (string)error!["path"]![0]!, error => (string)error!["extensions"]!["id"]!);
        Assert.Equal(ids["a"], ids["b"]);
        Assert.Equal([$"bad luck {ids["bad"]}", $"the source is down {ids["a"]}"], reported.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("source is down", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_CallerGivesUp_OthersGoOn()
    {
        var (response, log) = await Shop.ExecuteAsync("{ impatient customers(ids: [2]) { id } }");

        Assert.Equal("""{"data":{"impatient":"gave up","customers":[{"id":2}]}}""", response);
        Assert.Equal([[2]], log.Fetches["customer"]);
    }

    [Fact]
    public async Task Load_ResolverBlocksOnIt_EndsWithTheOperation()
    {
        var (response, _) = await Task.Run(() => Shop.ExecuteAsync("{ blocked }", new RequestExecutorOptions { ExecutionTimeout = TimeSpan.FromMilliseconds(50) }));

        Assert.Equal("EXECUTION_TIMEOUT", (string)JsonNode.Parse(response)!["errors"]![0]!["extensions"]!["code"]!);
    }

    [Fact]
    public async Task Load_SerialMutations_ShareTheCacheUntilAKeyIsForgotten()
    {
        var (response, log) = await Shop.ExecuteAsync(
            "mutation { a: rename(id: 1, forget: false) { id } b: rename(id: 1, forget: false) { region { id } } c: rename(id: 1, forget: true) { id } d: put(id: 9) { id } }");

        Assert.Equal("""{"data":{"a":{"id":1},"b":{"region":{"id":1}},"c":{"id":1},"d":{"id":1009}}}""", response);
        Assert.Equal([[1], [1]], log.Fetches["customer"]);
    }

    [Fact]
    public async Task Load_Subscription_HasFreshLoadersForEveryEvent()
    {
        var log = new FetchLog();
        await using var services = new ServiceCollection().AddSingleton(log).BuildServiceProvider();
        var stream = (ResponseStream)await new RequestExecutor(Shop.Schema).ExecuteAsync(
            new OperationRequest("subscription { sold(n: 3) { customer { region { id } } again: customer { id } } }") { Services = services });

        var responses = new List<string>();
        await foreach (var result in stream.Results)
        {
            responses.Add(await Library.ToTextAsync((OperationResult)result));
        }

        Assert.Equal(Enumerable.Repeat("""{"data":{"sold":{"customer":{"region":{"id":0}},"again":{"id":0}}}}""", 3), responses);
        Assert.Equal([[0], [0], [0], [0]], log.Fetches["customer"]);
        Assert.Equal([[0], [0], [0]], log.Fetches["region"]);
    }

    [Fact]
    public async Task Load_CacheIsFull_ForgetsTheOldest()
    {
        var fetched = new List<int>();
        var loader = new Numbers(fetched, new DataLoaderOptions { CacheSize = 2 });

        foreach (var key in new[] { 1, 2, 1, 3, 1, 3 })
        {
            Assert.Equal(key, await loader.LoadAsync(key));
        }

        Assert.Equal([1, 2, 3, 1], fetched);
    }

    [Fact]
    public async Task Load_NoCache_StillFetchesAKeyOncePerBatch()
    {
        var fetched = new List<int>();
        var scheduler = new HeldBatches();
        var loader = new Numbers(fetched, new DataLoaderOptions { CacheSize = 0 }, scheduler);

        var loads = loader.LoadAsync([1, 1, 2]);
        await scheduler.DispatchAsync();
        Assert.Equal([1, 1, 2], await loads);
        var again = loader.LoadAsync(1);
        await scheduler.DispatchAsync();
        Assert.Equal(1, await again);

        Assert.Equal([1, 2, 1], fetched);
    }

    [Fact]
    public void Build_LoaderInterfaceWithoutClass_SaysHowToAddOne()
    {
        var exception = Assert.Throws<SchemaException>(() => _ = new SchemaBuilder().AddQueryType<InterfaceQueries>().Build().QueryType.Fields.Count);

        Assert.Equal(
            "Parameter 'names' of 'InterfaceQueries.Name' asks for the data loader 'FederatedQuery.GraphQL.Batching.IDataLoader`2[System.Int32,System.String]', which no class is known for: add one with AddDataLoader<T>().",
            Assert.Single(exception.Problems));
    }

    [Fact]
    public async Task Get_LoaderWithoutItsService_SaysWhichOne()
    {
        Exception? reported = null;
        var executor = new RequestExecutor(Shop.Schema, new RequestExecutorOptions { OnUnexpectedException = (exception, _, _) => reported = exception });

        await Library.ExecuteAsync(executor, "{ customers(ids: [1]) { id } }");

        Assert.Equal("Data loader 'FederatedQuery.GraphQL.Tests.Batching.CustomerLoader' needs the service 'FederatedQuery.GraphQL.Tests.Batching.FetchLog', which is not registered.", reported?.Message);
    }

    /// <summary>Fetches when told to.</summary>
    private sealed class HeldBatches : IBatchScheduler
    {
        private readonly Queue<Batch> _batches = new();

        public CancellationToken CancellationToken => CancellationToken.None;

        public void Schedule(Batch batch) => _batches.Enqueue(batch);

        public async Task DispatchAsync()
        {
            while (_batches.TryDequeue(out var batch))
            {
                await batch.DispatchAsync(CancellationToken);
            }
        }
    }

    private sealed class Numbers(List<int> fetched, DataLoaderOptions options, IBatchScheduler? scheduler = null)
        : BatchDataLoader<int, int>(scheduler ?? AutoBatchScheduler.Default, options)
    {
        protected override Task<IReadOnlyDictionary<int, int>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            fetched.AddRange(keys);
            return Task.FromResult<IReadOnlyDictionary<int, int>>(keys.ToDictionary(key => key));
        }
    }

    internal sealed class InterfaceQueries
    {
        public Task<string?> Name(IDataLoader<int, string> names) => names.LoadAsync(1);
    }

    internal sealed class ChainQueries
    {
        public Task<int> Chain(int length, ChainLoader chain) => chain.LoadAsync(length);
    }

    internal sealed class ChainLoader(IBatchScheduler scheduler) : BatchDataLoader<int, int>(scheduler)
    {
        protected override async Task<IReadOnlyDictionary<int, int>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken) =>
            new Dictionary<int, int> { [keys[0]] = keys[0] == 0 ? 0 : 1 + await LoadAsync(keys[0] - 1, cancellationToken) };
    }
}
