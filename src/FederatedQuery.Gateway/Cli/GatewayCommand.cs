using System.CommandLine;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Cli;

/// <summary>The command line: without a command the gateway serves; <c>load</c> fills a table. Every setting is an option of both.</summary>
internal static class GatewayCommand
{
    private const int Failed = 1;

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

        root.SetAction((parsed, cancellationToken) => WithSettingsAsync(
            parsed, settings, values => GatewayHost.RunAsync(values, parsed.GetValue(demo), cancellationToken)));
        return root.Parse(arguments).InvokeAsync(new InvocationConfiguration
        {
            // The host ends on signals by itself, and so does a load.
            ProcessTerminationTimeout = null,
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
