using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Tests.Batching;

public class BatchDispatcherTests
{
    /// <summary>Only a lost dispatch takes this long.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private static readonly RequestExecutor Executor = NewExecutor();
    private static readonly RequestExecutor ListenedTo = NewExecutor(new FieldListener());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispatch_AnyGraphOfResolvers_FetchesOncePerWave(bool isListenedTo) => Prop
        .ForAll(Graphs("", "l", "l", "yl", "tl", "yyl", "ll", "lyl", "y", "yyy"), graph =>
        {
            var nodes = new HashSet<int>();
            LoadGraph.CollectWaves(graph, 0, nodes, []);

            Assert.Equal(nodes.Count, Run(graph, isListenedTo ? ListenedTo : Executor).Nodes);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(40));

    /// <summary>
    /// A fetch that loads by itself may get its keys into a batch of the same wave that has not begun: there are at most as many waves as
    /// the longest chain has loads.
    /// </summary>
    [Fact]
    public void Dispatch_LoadersThatUseLoaders_TakesNoMoreWavesThanTheLongestChain() => Prop
        .ForAll(Graphs("", "l", "n", "yn", "nl", "ln", "nyn", "yl"), graph =>
        {
            var waves = new HashSet<int>();
            LoadGraph.CollectWaves(graph, 0, waves, waves);

            var log = Run(graph);

            Assert.InRange(log.Nodes, 0, waves.Count);
            Assert.InRange(log.Outer, 0, waves.Count);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(40));

    /// <summary>How many fetches there are depends on threads then, but none is lost.</summary>
    [Fact]
    public void Dispatch_ResolversThatLeaveTheContext_AnswersAll() => Prop
        .ForAll(Graphs("", "l", "cl", "clcl", "lcl", "cn", "ycyl", "yl", "n", "c"), graph => Assert.True(Run(graph).Nodes >= 0))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(40));

    private static RequestExecutor NewExecutor(params ExecutionDiagnosticEventListener[] listeners)
    {
        var options = new RequestExecutorOptions { ExecutionTimeout = Hang, Cost = { EnforceCostLimits = false } };
        foreach (var listener in listeners)
        {
            options.DiagnosticEventListeners.Add(listener);
        }

        return new RequestExecutor(LoadGraph.CreateSchema(), options);
    }

    private static LoadGraph.FetchLog Run(IReadOnlyList<LoadGraph> graph, RequestExecutor? executor = null)
    {
        var (query, json) = LoadGraph.Render(graph);
        var log = new LoadGraph.FetchLog();
        using var services = new ServiceCollection().AddSingleton(log).BuildServiceProvider();

        // On the pool, as requests are: xunit's own context would be there else.
        var response = Task.Run(async () => await Library.ToTextAsync(
            (OperationResult)await (executor ?? Executor).ExecuteAsync(new OperationRequest($"{{root{query}}}") { Services = services }))).GetAwaiter().GetResult();

        Assert.Equal($"{{\"data\":{{\"root\":{json}}}}}", response);
        return log;
    }

    private static Arbitrary<IReadOnlyList<LoadGraph>> Graphs(params string[] programs)
    {
        Gen<IReadOnlyList<LoadGraph>> Fields(int size, int depth) => depth == 0
            ? Gen.Constant<IReadOnlyList<LoadGraph>>([])
            : from count in Gen.Choose(0, 3)
              from fields in Field(size / 2, depth - 1).ListOf(count)
              select (IReadOnlyList<LoadGraph>)[.. fields];
        Gen<LoadGraph> Field(int size, int depth) =>
            from program in Gen.Elements(programs)
            from items in Gen.Choose(0, 1 + (size / 4))
            from children in Fields(size, depth)
            select new LoadGraph(program, items, children);
        return Gen.Sized(size => Fields(size + 2, 5)).ToArbitrary();
    }

    /// <summary>Has resolvers called by what tells of them.</summary>
    private sealed class FieldListener : ExecutionDiagnosticEventListener
    {
        public override bool EnableResolveFieldValue => true;
    }
}
