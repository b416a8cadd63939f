using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Benchmarks.GraphQL;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.Benchmarks.Documents;

/// <summary>Parsing and validating a document met for the first time: ours beside graphql-js, the reference implementation.</summary>
internal static class DocumentComparison
{
    private static readonly TimeSpan SliceTime = TimeSpan.FromSeconds(1);
    private static readonly (string Name, string Package)[] Rivals = [("graphql-js 17", "graphql-17"), ("graphql-js 16", "graphql")];

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await NodePackages.InstallAsync(cancellationToken);
        var validator = new DocumentValidator(SchemaReader.Read(SampleDocuments.Schema));
        var lines = new List<Comparison>();
        foreach (var (rival, package) in Rivals)
        {
            await using var servers = new ServerSet();
            var server = await servers.StartAsync("node", ["validate.js", package], NodePackages.Folder, cancellationToken);
            using var client = new HttpClient { BaseAddress = server.Address, Timeout = options.WarmUpTime + TimeSpan.FromSeconds(30) };
            foreach (var (name, document) in SampleDocuments.All)
            {
                var utf8 = Encoding.UTF8.GetBytes(document);
                Ours(validator, utf8, options.WarmUpTime);
                await TheirsAsync(client, document, options.WarmUpTime, cancellationToken);
                lines.Add(await SideBySide.MeasureAsync(
                    "graphql-documents", $"parse and validate {utf8.Length / 1024.0:0.0} KB, {name}", rival, Unit.Microseconds, options.Rounds,
                    () => Task.FromResult(Ours(validator, utf8, SliceTime)),
                    () => TheirsAsync(client, document, SliceTime, cancellationToken),
                    cancellationToken));
            }
        }

        return new AreaReport(lines);
    }

    /// <summary>Seconds for one time.</summary>
    private static double Ours(DocumentValidator validator, byte[] utf8, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var times = 0;
        for (; Stopwatch.GetElapsedTime(started) < duration; times++)
        {
            CheckValid("we", validator.Validate(Utf8Parser.Parse(utf8)).Select(error => error.Message));
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds / times;
    }

    private static async Task<double> TheirsAsync(HttpClient client, string document, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var answer = await client.PostAsJsonAsync(
            "", new { schema = SampleDocuments.Schema, document, seconds = duration.TotalSeconds }, cancellationToken);
        var measured = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Measured>(cancellationToken)
            ?? throw new InvalidDataException("node answered 'null'.");
        CheckValid("graphql-js", measured.Errors);
        return measured.Seconds;
    }

    private static void CheckValid(string who, IEnumerable<string> errors)
    {
        if (errors.FirstOrDefault() is { } error)
        {
            throw new InvalidDataException($"A document of the benchmark is not valid, {who} say: {error}");
        }
    }

    private sealed record Measured(IReadOnlyList<string> Errors, double Seconds);
}
