using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Tests.Batching;

/// <summary>Sales with customers, products, makers and regions, each behind a data loader; <c>data-loader.js</c> has the same.</summary>
internal static class Shop
{
    public static Schema Schema { get; } = new SchemaBuilder()
        .WithServices(type => type == typeof(FetchLog))
        .AddQueryType<ShopQueries>()
        .AddMutationType<ShopMutations>()
        .AddSubscriptionType<ShopSubscriptions>()
        .AddDataLoader<RegionLoader>()
        .WithIncrementalDelivery(false) // graphql-js executes no schema that has it, unless told to.
        .Build();

    public static async Task<(string Response, FetchLog Log)> ExecuteAsync(string document, RequestExecutorOptions? options = null)
    {
        var log = new FetchLog();
        await using var services = new ServiceCollection().AddSingleton(log).BuildServiceProvider();
        var result = await new RequestExecutor(Schema, options).ExecuteAsync(new OperationRequest(document) { Services = services });
        return (await Library.ToTextAsync((OperationResult)result), log);
    }
}

internal sealed class FetchLog
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int[]>> _fetches = new();

    public IReadOnlyDictionary<string, int[][]> Fetches => _fetches.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

    public void Add(string loader, IEnumerable<int> keys) => _fetches.GetOrAdd(loader, _ => new ConcurrentQueue<int[]>()).Enqueue([.. keys]);
}

internal sealed record Region(int Id, string Name);

internal sealed class Maker(int id)
{
    public int Id => id;

    public string Name => $"maker {id}";

    public Task<Region?> RegionAsync(IDataLoader<int, Region> regions, CancellationToken cancellationToken) => regions.LoadAsync(id, cancellationToken);
}

internal sealed class Product(int id)
{
    public int Id => id;

    public string Name => $"product {id}";

    public Task<Maker?> MakerAsync(MakerLoader makers, CancellationToken cancellationToken) => makers.LoadAsync(id % 3, cancellationToken);
}

internal sealed class Customer(int id)
{
    public int Id => id;

    public string Name => $"customer {id}";

    public Task<Region?> RegionAsync(RegionLoader regions, CancellationToken cancellationToken) => regions.LoadAsync(id % 4, cancellationToken);

    public async Task<IReadOnlyList<Sale>> SalesAsync(IResolverContext context, FetchLog log) => await context
        .GroupDataLoader<int, Sale>(
            async (keys, _) =>
            {
                log.Add("salesOf", keys);
                await Task.Yield();
                return keys.SelectMany(key => Enumerable.Range(0, 2).Select(i => (key, Sale: new Sale((key * 100) + i)))).ToLookup(pair => pair.key, pair => pair.Sale);
            },
            "salesOf")
        .LoadRequiredAsync(id);
}

internal sealed class Sale(int id)
{
    public int Id => id;

    public Task<Customer?> CustomerAsync(CustomerLoader customers) => customers.LoadAsync(id % 17);

    public async Task<Product?> ProductAsync(ProductLoader products, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await products.LoadAsync(id % 11, cancellationToken);
    }

    public async Task<Customer> RequiredCustomerAsync(CustomerLoader customers) => await customers.LoadRequiredAsync(id % 17);
}

internal sealed class ShopQueries
{
    public IEnumerable<Sale> Sales(int n) => Enumerable.Range(0, n).Select(id => new Sale(id));

    public Task<IReadOnlyList<Customer?>> CustomersAsync(int[] ids, CustomerLoader customers) => customers.LoadAsync(ids);

    public async Task<int?> FailedAsync(int key, IResolverContext context) => await context
        .BatchDataLoader<int, int>((_, _) => throw new InvalidOperationException("the source is down"), "failed")
        .LoadAsync(key);

    public Task<int> ScoreAsync(int key, IResolverContext context) => context
        .BatchDataLoader<int, int>((_, _) => Task.FromResult<IReadOnlyDictionary<int, int>>(new Dictionary<int, int> { [1] = 10 }), "score")
        .LoadAsync(key);

    public Task<string?> SingleAsync(int key, IResolverContext context, FetchLog log) => context
        .CacheDataLoader<int, string>(async (single, _) =>
        {
            log.Add("single", [single]);
            await Task.Yield();
            return single == 13 ? throw new InvalidOperationException("bad luck") : $"single {single}";
        })
        .LoadAsync(key);

    /// <summary>Wrong, but must not hold a thread for ever.</summary>
    public int Blocked(CustomerLoader customers, CancellationToken cancellationToken) => customers.LoadAsync(1, cancellationToken).GetAwaiter().GetResult()!.Id;

    public async Task<string> ImpatientAsync(CustomerLoader customers)
    {
        using var given = new CancellationTokenSource();
        var load = customers.LoadAsync(2, given.Token);
        await given.CancelAsync();
        return await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load) is null ? "?" : "gave up";
    }
}

internal sealed class ShopMutations
{
    public async Task<Customer?> RenameAsync(int id, bool forget, CustomerLoader customers)
    {
        if (forget)
        {
            customers.RemoveCacheEntry(id);
        }

        return await customers.LoadAsync(id);
    }

    public async Task<Customer?> PutAsync(int id, CustomerLoader customers)
    {
        customers.SetCacheEntry(id, new Customer(id + 1000));
        return await customers.LoadAsync(id);
    }
}

internal sealed class ShopSubscriptions
{
    public async IAsyncEnumerable<Sale> Sold(int n, CustomerLoader customers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await customers.LoadAsync(0, cancellationToken);
        for (var i = 0; i < n; i++)
        {
            yield return new Sale(0);
        }
    }
}

internal sealed class RegionLoader(IBatchScheduler scheduler, DataLoaderOptions options, FetchLog log) : BatchDataLoader<int, Region>(scheduler, options)
{
    protected override async Task<IReadOnlyDictionary<int, Region>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        log.Add("region", keys);
        await Task.Yield();
        return keys.ToDictionary(key => key, key => new Region(key, $"region {key}"));
    }
}

internal sealed class ProductLoader(IBatchScheduler scheduler, DataLoaderOptions options, FetchLog log) : BatchDataLoader<int, Product>(scheduler, options)
{
    protected override Task<IReadOnlyDictionary<int, Product>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        log.Add("product", keys);
        return Task.FromResult<IReadOnlyDictionary<int, Product>>(keys.ToDictionary(key => key, key => new Product(key)));
    }
}

/// <summary>Fails one key alone.</summary>
internal sealed class MakerLoader(IBatchScheduler scheduler, DataLoaderOptions options, FetchLog log) : DataLoaderBase<int, Maker>(scheduler, options)
{
    protected override async Task FetchAsync(IReadOnlyList<int> keys, Memory<Result<Maker?>> results, CancellationToken cancellationToken)
    {
        log.Add("maker", keys);
        await Task.Yield();
        for (var i = 0; i < keys.Count; i++)
        {
            results.Span[i] = keys[i] == 2 ? Result<Maker?>.Reject(new GraphQLException("maker 2 is gone")) : new Maker(keys[i]);
        }
    }
}

internal sealed class CustomerLoader(IBatchScheduler scheduler, DataLoaderOptions options, FetchLog log) : BatchDataLoader<int, Customer>(scheduler, options)
{
    protected override async Task<IReadOnlyDictionary<int, Customer>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        log.Add("customer", keys);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return keys.Where(key => key != 5).ToDictionary(key => key, key => new Customer(key));
    }
}
