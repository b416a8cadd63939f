using System.Globalization;
using System.Text;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Batching;

/// <summary>
/// A field of a generated query. Its resolver follows <paramref name="Program"/>, letter by letter: <c>l</c> loads from the node loader,
/// <c>n</c> from a loader that itself uses the node loader, <c>y</c> yields, <c>t</c> awaits something done already, <c>c</c> goes on
/// outside of the operation's context. Without loads it is answered at once.
/// </summary>
internal sealed record LoadGraph(string Program, int Items, IReadOnlyList<LoadGraph> Children)
{
    private static int NextKey;

    /// <summary>The query's selection set, and the JSON object it is answered with.</summary>
    public static (string Query, string Json) Render(IReadOnlyList<LoadGraph> fields)
    {
        var query = new StringBuilder("{id");
        var json = new StringBuilder();
        for (var i = 0; i < fields.Count; i++)
        {
            var (innerQuery, innerJson) = Render(fields[i].Children);
            query.Append(CultureInfo.InvariantCulture, $" f{i}:nodes(n:{fields[i].Items},program:\"{fields[i].Program}\"){innerQuery}");
            json.Append(CultureInfo.InvariantCulture, $",\"f{i}\":[{string.Join(',', Enumerable.Repeat(innerJson, fields[i].Items))}]");
        }

        return (query.Append('}').ToString(), "{\"id\":1" + json + "}");
    }

    /// <summary>
    /// The waves in which the node loader and the outer one fetch when no wave begins before nothing else can go on: a load made in wave n
    /// is answered before wave n + 1.
    /// </summary>
    public static void CollectWaves(IReadOnlyList<LoadGraph> fields, int wave, HashSet<int> nodes, HashSet<int> outer)
    {
        foreach (var field in fields)
        {
            var next = wave;
            foreach (var step in field.Program)
            {
                switch (step)
                {
                    case 'l':
                        nodes.Add(next++);
                        break;
                    case 'n':
                        outer.Add(next++);
                        nodes.Add(next++);
                        break;
                }
            }

            if (field.Items > 0)
            {
                CollectWaves(field.Children, next, nodes, outer);
            }
        }
    }

    public static Schema CreateSchema()
    {
        ObjectType? node = null;
        node = new ObjectType("Node", () =>
        [
            new FieldDefinition("id", new NonNullType(IntScalar.Instance)) { Resolver = _ => new ValueTask<object?>(1) },
            new FieldDefinition("nodes", new NonNullType(new ListType(new NonNullType(node!))))
            {
                Arguments =
                [
                    new InputValueDefinition("n", new NonNullType(IntScalar.Instance)),
                    new InputValueDefinition("program", new NonNullType(StringScalar.Instance)),
                ],
                Resolver = ResolveAsync,
            },
        ]);
        return new SchemaBuilder()
            .AddField(OperationType.Query, new FieldDefinition("root", node) { Resolver = _ => new ValueTask<object?>(new object()) })
            .Build();
    }

    private static ValueTask<object?> ResolveAsync(IResolverContext context)
    {
        var program = context.ArgumentValue<string>("program");
        var items = Enumerable.Range(0, context.ArgumentValue<int>("n")).Select(_ => new object()).ToArray();
        if (program.Length == 0)
        {
            return new ValueTask<object?>(items);
        }

        // By an odd number of items: before the resolver begins, as for parameters of compiled resolvers, or in it, before it awaits anything.
        var before = items.Length % 2 == 1 ? (context.DataLoader<NodeLoader>(), context.DataLoader<OuterLoader>()) : ((NodeLoader, OuterLoader)?)null;
        return RunAsync(context, before, program, items, context.RequestAborted);
    }

    private static async ValueTask<object?> RunAsync(
        IResolverContext context, (NodeLoader, OuterLoader)? before, string program, object[] items, CancellationToken cancellationToken)
    {
        var (nodes, outer) = before ?? (context.DataLoader<NodeLoader>(), context.DataLoader<OuterLoader>());
        foreach (var step in program)
        {
            // Keys are never asked for twice: the cache is for other tests.
            var key = Interlocked.Increment(ref NextKey);
            switch (step)
            {
                case 'y':
                    await Task.Yield();
                    break;
                case 't':
                    await Task.CompletedTask;
                    break;
                case 'c':
                    await Task.Run(static () => { }, cancellationToken).ConfigureAwait(false);
                    break;
                case 'l':
                    Assert.Equal(key, await nodes.LoadAsync(key, CancellationToken.None));
                    break;
                case 'n':
                    Assert.Equal(key, await outer.LoadAsync(key, cancellationToken));
                    break;
            }
        }

        return items;
    }

    public sealed class FetchLog
    {
        private int _nodes;
        private int _outer;

        public int Nodes => _nodes;

        public int Outer => _outer;

        public void AddNodes() => Interlocked.Increment(ref _nodes);

        public void AddOuter() => Interlocked.Increment(ref _outer);
    }

    public sealed class NodeLoader(IBatchScheduler scheduler, DataLoaderOptions options, FetchLog log) : BatchDataLoader<int, int>(scheduler, options)
    {
        protected override async Task<IReadOnlyDictionary<int, int>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            log.AddNodes();
            for (var i = keys[0] % 3; i > 0; i--)
            {
                await Task.Yield();
            }

            return keys.ToDictionary(key => key);
        }
    }

    public sealed class OuterLoader(NodeLoader nodes, IBatchScheduler scheduler, FetchLog log) : BatchDataLoader<int, int>(scheduler)
    {
        protected override async Task<IReadOnlyDictionary<int, int>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
        {
            log.AddOuter();
            var values = await nodes.LoadAsync(keys, cancellationToken);
            return keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
        }
    }
}
