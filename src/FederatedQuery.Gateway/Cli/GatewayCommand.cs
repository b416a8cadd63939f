using System.CommandLine;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Cli;

/// <summary>The command line: without a command the gateway serves; <c>load</c> fills a table, <c>register</c> lists one that exists, <c>unreferenced</c> lists leftovers, <c>key</c> makes and revokes keys, <c>config</c> and <c>health</c> tell how it stands. Every setting is an option of all.</summary>
internal static class GatewayCommand
{
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

        var tenant = TenantChoice.CreateOption();
        root.Options.Add(tenant);
        var choice = new TenantChoice(settings, tenant);
        root.SetAction((result, cancellationToken) => choice.ServeAsync(result, result.GetValue(demo), cancellationToken));
        root.Subcommands.Add(LoadCommand.Create(choice.WithSettingsAsync));
        root.Subcommands.Add(RegisterCommand.Create(choice.WithSettingsAsync));
        root.Subcommands.Add(UnreferencedCommand.Create(choice.WithSettingsAsync));
        root.Subcommands.Add(ConfigCommand.Create(choice));
        root.Subcommands.Add(HealthCommand.Create(choice.WithProcessAsync));
        root.Subcommands.Add(KeyCommand.Create(tenant, choice.WithSettingsAsync));
        var parsed = root.Parse(arguments);
        return parsed.InvokeAsync(new InvocationConfiguration
        {
            // The server's host heeds signals by itself; of a command they cancel what it does.
            ProcessTerminationTimeout = parsed.CommandResult.Command == root ? null : StopTimeout,
            EnableDefaultExceptionHandler = false,
        });
    }
}
