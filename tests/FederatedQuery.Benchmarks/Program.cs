using System.CommandLine;
using System.Runtime.InteropServices;
using FederatedQuery.Benchmarks;
using FederatedQuery.Benchmarks.Cold;
using FederatedQuery.Benchmarks.Compacting;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Benchmarks.Documents;
using FederatedQuery.Benchmarks.Federated;
using FederatedQuery.Benchmarks.GraphQL;
using FederatedQuery.Benchmarks.Ingest;
using FederatedQuery.Benchmarks.Json;
using FederatedQuery.Benchmarks.Materialized;
using FederatedQuery.Benchmarks.Moves;
using FederatedQuery.Benchmarks.Pages;
using FederatedQuery.Benchmarks.Planning;
using FederatedQuery.Benchmarks.Repartition;
using FederatedQuery.Benchmarks.Searching;
using FederatedQuery.Benchmarks.Subscribers;
using FederatedQuery.Benchmarks.Tails;

var defaults = new BenchmarkOptions();
var comparisons = new Dictionary<string, Func<BenchmarkOptions, CancellationToken, Task<AreaReport>>>
{
    ["federated"] = async (options, cancellationToken) => new AreaReport(await FederatedComparison.RunAsync(options, cancellationToken)),
    ["pages"] = async (options, cancellationToken) => new AreaReport(await PagesComparison.RunAsync(options, cancellationToken)),
    ["json"] = async (options, cancellationToken) => new AreaReport(await JsonComparison.RunAsync(options, cancellationToken)),
    ["planning"] = PlanningComparison.RunAsync,
    ["seed"] = SeedComparison.RunAsync,
    ["warm-cache"] = WarmCacheComparison.RunAsync,
    ["s3"] = S3Measurement.RunAsync,
    ["move"] = async (options, cancellationToken) => new AreaReport(await MoveComparison.RunAsync(options, cancellationToken)),
    ["move-waits"] = MoveWaitsMeasurement.RunAsync,
    ["materialized"] = async (options, cancellationToken) => new AreaReport(await MaterializedComparison.RunAsync(options, cancellationToken)),
    ["ingest"] = async (options, cancellationToken) => new AreaReport(await IngestComparison.RunAsync(options, cancellationToken)),
    ["connections"] = ConnectionsMeasurement.RunAsync,
    ["tail"] = TailMeasurement.RunAsync,
    ["compaction"] = CompactionComparison.RunAsync,
    ["repartition"] = RepartitionMeasurement.RunAsync,
    ["search"] = SearchComparison.RunAsync,
    ["graphql"] = GraphQLComparison.RunAsync,
    ["graphql-documents"] = DocumentComparison.RunAsync,
    ["subscribers"] = SubscribersMeasurement.RunAsync,
};

var areas = new Argument<string[]>("areas") { Description = "What to compare; all when none is named.", DefaultValueFactory = _ => ["all"] };
areas.AcceptOnlyFromAmong([.. comparisons.Keys, "all"]);
var rounds = Number("--rounds", "Measured runs of each side.", defaults.Rounds);
var rows = Number("--rows", "Flights to load: the newest of 3,000,000.", defaults.Rows);
var records = Number("--records", "Log records to search, nine tenths of them cold.", defaults.Records);
var movedRows = Number("--moved-rows", "Rows of the day that is moved.", defaults.MovedRows);
var tableMegabytes = Number("--table-megabytes", "About how large the table on S3 is, and the one that is repartitioned.", defaults.TableMegabytes);
var seconds = Number("--seconds", "Load on each GraphQL server, each round.", (int)defaults.LoadTime.TotalSeconds);
var warmUp = Number("--warm-up", "Seconds of load on each GraphQL server before it is measured.", (int)defaults.WarmUpTime.TotalSeconds);
var connections = Number("--connections", "Connections that post log records at the same time.", defaults.Connections);
var connectedSeconds = Number("--connected-seconds", "How long they do, at each pace.", (int)defaults.ConnectedTime.TotalSeconds);
var only = new Option<string?>("--only") { Description = "Of the searches only those whose name has this in it." };
var root = new RootCommand("Compares FederatedQuery with others, side by side, and prints ratios.") { areas, rounds, rows, records, only, movedRows, tableMegabytes, seconds, warmUp, connections, connectedSeconds };
root.SetAction(async (parsed, cancellationToken) =>
{
    var options = new BenchmarkOptions
    {
        Rounds = parsed.GetValue(rounds),
        Rows = parsed.GetValue(rows),
        Records = parsed.GetValue(records),
        Only = parsed.GetValue(only),
        MovedRows = parsed.GetValue(movedRows),
        TableMegabytes = parsed.GetValue(tableMegabytes),
        LoadTime = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        WarmUpTime = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
        Connections = parsed.GetValue(connections),
        ConnectedTime = TimeSpan.FromSeconds(parsed.GetValue(connectedSeconds)),
    };
    var named = parsed.GetValue(areas)!;
    var reports = new List<AreaReport>();
    foreach (var (area, run) in comparisons.Where(comparison => named.Contains("all") || named.Contains(comparison.Key)))
    {
        Console.Error.WriteLine($"{area} ...");
        reports.Add(await run(options, cancellationToken));
    }

    Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {options.Rounds} rounds");
    Console.WriteLine();
    var lines = reports.SelectMany(report => report.Lines).ToList();
    foreach (var table in reports.SelectMany(report => report.Tables).Prepend(lines.Count > 0 ? ComparisonTable.ToMarkdown(lines) : ""))
    {
        Console.WriteLine(table);
    }
});

var answer = new Option<FileInfo?>("--answer") { Description = "Answer every request with this file's bytes, without GraphQL." };
var serve = new Command("serve", "One of the servers that `graphql` compares; ends when its standard input does.") { answer };
serve.Hidden = true;
serve.SetAction((parsed, cancellationToken) => ServeCommand.RunAsync(parsed.GetValue(answer), cancellationToken));
root.Add(serve);

var micro = new Command("micro", "The BenchmarkDotNet classes; what follows is BenchmarkDotNet's, such as `--filter '*'`.") { TreatUnmatchedTokensAsErrors = false };
micro.SetAction(parsed => MicroBenchmarks.Run([.. parsed.UnmatchedTokens]));
root.Add(micro);

return await root.Parse(args).InvokeAsync();

static Option<int> Number(string name, string description, int byDefault)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => byDefault };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
        {
            result.AddError($"{name} is {result.GetValueOrDefault<int>()}; it must be 1 or more.");
        }
    });
    return option;
}
