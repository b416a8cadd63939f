using System.Text;
using System.Text.Json;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>
/// Requests per second and processor time per request over HTTP on loopback: our engine, a bare Kestrel endpoint that writes the same bytes,
/// and mercurius with its just-in-time compiler. Each server is a process; the load comes from this one, on the same cores.
/// </summary>
internal static class GraphQLComparison
{
    private static readonly (string Name, string Document)[] Documents =
    [
        ("`{ __typename }`", "{ __typename }"),
        ("50 objects of 6 fields", "{ items { id name price active category stock } }"),
        ("10 x 10 x 10 objects", "{ nodes { id name children { id name children { id name } } } }"),
    ];

    public static async Task<IReadOnlyList<Comparison>> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await NodePackages.InstallAsync(cancellationToken);
        using var folder = new TemporaryFolder();
        await using var ours = await StartOursAsync([], cancellationToken);
        await using var mercurius = await ServerProcess.StartAsync("node", ["mercurius.js"], NodePackages.Folder, cancellationToken);
        var comparisons = new List<Comparison>();
        foreach (var (name, document) in Documents)
        {
            var answer = await new LoadClient(ours.Address, document).AskAsync(cancellationToken);
            var file = folder.File("answer.json");
            await File.WriteAllBytesAsync(file, answer, cancellationToken);
            await using var bare = await StartOursAsync(["--answer", file], cancellationToken);
            comparisons.AddRange(await CompareAsync(name, document, "bare Kestrel, same bytes", ours, bare, options, cancellationToken));
            comparisons.AddRange(await CompareAsync(name, document, "mercurius with JIT", ours, mercurius, options, cancellationToken));
        }

        return comparisons;
    }

    /// <summary>The same load on both in turn, told as wall-clock and as processor time of the server per request.</summary>
    private static async Task<IReadOnlyList<Comparison>> CompareAsync(
        string name, string document, string rival, ServerProcess ours, ServerProcess theirs, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (our, their) = (await Side.OfAsync(ours, document, cancellationToken), await Side.OfAsync(theirs, document, cancellationToken));
        if (!JsonElement.DeepEquals(JsonElement.Parse(our.Answer), JsonElement.Parse(their.Answer)))
        {
            throw new InvalidOperationException(
                $"To '{document}' we answer '{Encoding.UTF8.GetString(our.Answer)}', {rival} '{Encoding.UTF8.GetString(their.Answer)}'.");
        }

        await our.LoadAsync(options.WarmUpTime, cancellationToken);
        await their.LoadAsync(options.WarmUpTime, cancellationToken);
        var (ourProcessor, theirProcessor) = (new List<double>(), new List<double>());
        var requests = await SideBySide.MeasureAsync(
            "graphql", name + ", requests", rival, Unit.Rate(1, "requests"), options.Rounds,
            () => SecondsAsync(our, ourProcessor), () => SecondsAsync(their, theirProcessor), cancellationToken);
        return [requests, new Comparison("graphql", name + ", processor time of the server", rival, ourProcessor, theirProcessor, Unit.ProcessorMicroseconds)];

        async Task<double> SecondsAsync(Side side, List<double> processor)
        {
            var load = await side.LoadAsync(options.LoadTime, cancellationToken);
            processor.Add(load.ProcessorSeconds);
            return load.Seconds;
        }
    }

    private static Task<ServerProcess> StartOursAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This program does not know its own path.");
        return ServerProcess.StartAsync(program, ["serve", .. arguments], AppContext.BaseDirectory, cancellationToken);
    }

    private sealed record Side(ServerProcess Server, LoadClient Client, byte[] Answer)
    {
        public static async Task<Side> OfAsync(ServerProcess server, string document, CancellationToken cancellationToken)
        {
            var client = new LoadClient(server.Address, document);
            return new Side(server, client, await client.AskAsync(cancellationToken));
        }

        /// <summary>Seconds per request, and of the server's processor time per request.</summary>
        public async Task<(double Seconds, double ProcessorSeconds)> LoadAsync(TimeSpan duration, CancellationToken cancellationToken)
        {
            var before = Server.ProcessorTime;
            var (requests, elapsed) = await Client.RunAsync(duration, Answer, cancellationToken);
            return (elapsed.TotalSeconds / requests, (Server.ProcessorTime - before).TotalSeconds / requests);
        }
    }
}
