using System.CommandLine;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Cli;

/// <summary>The command line: without a command the gateway serves; <c>load</c> fills a table, <c>register</c> lists one that exists, <c>unreferenced</c> lists leftovers, <c>key</c> makes and revokes keys, <c>config</c> and <c>health</c> tell how it stands. Every setting is an option of all.</summary>
internal static class GatewayCommand
{
    private const int Failed = 1;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    public static Task<int> RunAsync(string[] arguments)
    {
        var settings = SettingsSources.CreateOptions();
        var demo = new Option<bool>("--demo") { Description = "Load demo data, once, while serving." };
        var root = new RootCommand("One GraphQL endpoint over PostgreSQL (hot) and Apache Iceberg (cold).");
        root.Options.Add(demo);
        foreach (var setting in settings)
        {
            root.Options.Add(setting);
        }

        root.SetAction((result, cancellationToken) => WithSettingsAsync(
            result, settings, (sources, values, read) => GatewayHost.RunAsync(sources, values, read, result.GetValue(demo), cancellationToken)));
        root.Subcommands.Add(LoadCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        root.Subcommands.Add(RegisterCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        root.Subcommands.Add(UnreferencedCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        root.Subcommands.Add(ConfigCommand.Create(settings));
        root.Subcommands.Add(HealthCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        root.Subcommands.Add(KeyCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        var parsed = root.Parse(arguments);
        return parsed.InvokeAsync(new InvocationConfiguration
        {
            // The server's host heeds signals by itself; of a command they cancel what it does.
            ProcessTerminationTimeout = parsed.CommandResult.Command == root ? null : StopTimeout,
            EnableDefaultExceptionHandler = false,
        });
    }

    private static Task<int> WithSettingsAsync(ParseResult parsed, IReadOnlyList<Option<string?>> options, Func<GatewaySettings, Task<int>> run) =>
        WithSettingsAsync(parsed, options, (_, _, settings) => run(settings));

    private static async Task<int> WithSettingsAsync(
        ParseResult parsed, IReadOnlyList<Option<string?>> options, Func<SettingsSources, SettingValues, GatewaySettings, Task<int>> run)
    {
        IReadOnlyList<string> errors;
        try
        {
            var sources = SettingsSources.Find(Environment.CurrentDirectory, parsed, options);
            var values = sources.Read();
            var (settings, wrong) = SettingsReader.Read(values);
            if (settings is not null)
            {
                return await run(sources, values, settings);
            }

            errors = wrong;
        }
        catch (FormatException error)
        {
            errors = [error.Message];
        }

        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync(error);
        }

        return Failed;
    }
}
