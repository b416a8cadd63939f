using System.CommandLine;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Tiering.Loading;

namespace FederatedQuery.Gateway.Cli;

/// <summary><c>load --table T FILE</c>: rows of a file into a table, all or none, whether the gateway runs or not.</summary>
internal static class LoadCommand
{
    /// <param name="withSettings">Reads the settings and calls back, or reports what is wrong with them.</param>
    public static Command Create(Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var table = new Option<string>("--table") { Description = "The table to load into; made when absent.", Required = true };
        var tableNamespace = new Option<string?>("--namespace") { Description = "Its namespace (default)." };
        var timeColumn = new Option<string?>("--time-column") { Description = "The column that says how old a row is (the first timestamp or date)." };
        var primaryKey = new Option<string?>("--primary-key") { Description = "The key column, or several with commas; without it a column row_id is made." };
        var hotOnly = new Option<bool>("--hot-only") { Description = "Keep all rows in PostgreSQL." };
        var coldOnly = new Option<bool>("--cold-only") { Description = "Put all rows into Iceberg." };
        var format = new Option<string?>("--format") { Description = "csv, ndjson or parquet (by the file's name)." };
        format.AcceptOnlyFromAmong("csv", "ndjson", "parquet");
        var file = new Argument<string>("FILE") { Description = "The rows." };
        var command = new Command("load", "Load a CSV, NDJSON or Parquet file into a table, creating it if need be; rows past the hot retention go straight to Iceberg.")
        {
            table, tableNamespace, timeColumn, primaryKey, hotOnly, coldOnly, format, file,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(hotOnly) && result.GetValue(coldOnly))
            {
                result.AddError("--hot-only and --cold-only exclude each other.");
            }
        });
        command.SetAction((parsed, cancellationToken) => withSettings(parsed, settings => RunAsync(
            settings,
            new LoadRequest
            {
                TableName = parsed.GetValue(tableNamespace) is { } space ? $"{space}.{parsed.GetRequiredValue(table)}" : parsed.GetRequiredValue(table),
                Source = RowSource.File(Path.GetFullPath(parsed.GetRequiredValue(file)), FormatOf(parsed.GetValue(format))),
                TimeColumn = parsed.GetValue(timeColumn),
                PrimaryKey = parsed.GetValue(primaryKey)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                Tiers = parsed.GetValue(hotOnly) ? LoadTiers.HotOnly : parsed.GetValue(coldOnly) ? LoadTiers.ColdOnly : LoadTiers.Both,
            },
            cancellationToken)));
        return command;
    }

    private static RowFormat? FormatOf(string? name) => name is null ? null : Enum.Parse<RowFormat>(name, ignoreCase: true);

    private static Task<int> RunAsync(GatewaySettings settings, LoadRequest request, CancellationToken cancellationToken) =>
        StandaloneCommand.RunAsync("load", "no row was loaded", settings, async services =>
        {
            var progress = new ProgressLines(request.TableName, Console.Out, TimeProvider.System);
            var loaded = await services.GetRequiredService<TableLoader>().LoadAsync(request, progress, cancellationToken);
            progress.Finish(loaded);
        }, cancellationToken);
}
