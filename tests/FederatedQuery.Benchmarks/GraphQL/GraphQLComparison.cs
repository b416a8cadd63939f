using System.Text;
using System.Text.Json;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>
/// The same small schema over HTTP on loopback: our engine, a bare Kestrel endpoint that writes the same bytes, and the servers on Node.
/// Each server is a process; the load comes from this one, on the same cores.
/// </summary>
internal static class GraphQLComparison
{
    private static readonly (string Name, string Document)[] Documents =
    [
        ("`hello`: one string", "{ hello }"),
        ("`items`: 50 objects of 6 fields", "{ items(n: 50) { id name price active category stock } }"),
        ("`nested`: 10 x 10 x 10 objects", "{ nested { id name children { id name children { id name } } } }"),
    ];

    private static readonly (string Name, string Script)[] Rivals =
    [
        ("mercurius 16 with JIT", "mercurius.js"),
        ("graphql-yoga 5", "yoga.js"),
        ("Apollo Server 5", "apollo.js"),
    ];

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await NodePackages.InstallAsync(cancellationToken);
        var table = new StringBuilder(ServerTable.Head);
        using var folder = new TemporaryFolder();
        foreach (var (name, document) in Documents)
        {
            // New processes for each document: what a just-in-time compiler learnt from one is not charged to the next.
            await using var servers = new ServerSet();
            var ours = await servers.StartOursAsync([], cancellationToken);
            var answer = await new LoadClient(ours.Address, document).AskAsync(cancellationToken);
            var file = folder.File("answer.json");
            await File.WriteAllBytesAsync(file, answer, cancellationToken);
            List<ServerFigures> figures =
            [
                new("ours", ours, document, answer),
                new("bare Kestrel, same bytes", await servers.StartOursAsync(["--answer", file], cancellationToken), document, answer),
            ];
            foreach (var (rival, script) in Rivals)
            {
                var server = await servers.StartAsync("node", [script], NodePackages.Folder, cancellationToken);
                figures.Add(new ServerFigures(rival, server, document, await AskAsync(rival, server, document, answer, cancellationToken)));
            }

            await MeasureAsync(figures, options, cancellationToken);
            table.Append(ServerTable.Rows(name, figures));
        }

        return new AreaReport([], table.ToString());
    }

    private static async Task MeasureAsync(List<ServerFigures> servers, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        foreach (var server in servers)
        {
            await server.WarmUpAsync(options.WarmUpTime, cancellationToken);
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < servers.Count; i++)
            {
                await servers[(round + i) % servers.Count].MeasureAsync(options.LoadTime, cancellationToken);
            }
        }
    }

    private static async Task<byte[]> AskAsync(string rival, ServerProcess server, string document, byte[] ours, CancellationToken cancellationToken)
    {
        var theirs = await new LoadClient(server.Address, document).AskAsync(cancellationToken);
        return JsonElement.DeepEquals(JsonElement.Parse(ours), JsonElement.Parse(theirs))
            ? theirs
            : throw new InvalidOperationException(
                $"To '{document}' we answer '{Encoding.UTF8.GetString(ours)}', {rival} '{Encoding.UTF8.GetString(theirs)}'.");
    }
}
