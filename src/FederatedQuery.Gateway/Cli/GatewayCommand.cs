using System.CommandLine;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Cli;

/// <summary>The command line: without a command the gateway serves; <c>load</c> fills a table, <c>register</c> lists one that exists, <c>unreferenced</c> lists leftovers. Every setting is an option of all.</summary>
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
            result, settings, values => GatewayHost.RunAsync(values, result.GetValue(demo), cancellationToken)));
        root.Subcommands.Add(LoadCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        root.Subcommands.Add(RegisterCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        root.Subcommands.Add(UnreferencedCommand.Create((result, run) => WithSettingsAsync(result, settings, run)));
        var parsed = root.Parse(arguments);
        return parsed.InvokeAsync(new InvocationConfiguration
        {
            // The server's host heeds signals by itself; of a command they cancel what it does.
            ProcessTerminationTimeout = parsed.CommandResult.Command == root ? null : StopTimeout,
            EnableDefaultExceptionHandler = false,
        });
    }

    private static async Task<int> WithSettingsAsync(
        ParseResult parsed, IReadOnlyList<Option<string?>> options, Func<GatewaySettings, Task<int>> run)
    {
        IReadOnlyList<string> errors;
        try
        {
            var (settings, wrong) = SettingsReader.Read(SettingsSources.Gather(Environment.CurrentDirectory, parsed, options));
            if (settings is not null)
            {
                return await run(settings);
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
