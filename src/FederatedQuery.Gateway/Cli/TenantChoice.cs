using System.CommandLine;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Hosting.Tenants;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Gateway.Settings.Tenants;

namespace FederatedQuery.Gateway.Cli;

/// <summary>Reads the settings of a command: with TENANTS_DIRECTORY those of the tenant that <c>--tenant</c> names. What is wrong with them is said on standard error, a line each.</summary>
/// <param name="options">Every setting.</param>
/// <param name="tenant">As <see cref="CreateOption"/> makes it.</param>
internal sealed class TenantChoice(IReadOnlyList<Option<string?>> options, Option<string?> tenant)
{
    private const int Failed = 1;

    public static Option<string?> CreateOption() => new("--tenant")
    {
        Description = "With TENANTS_DIRECTORY, whose tables, keys and settings the command is about. 'key create' without it: the tenant that the key's holder belongs to; a gateway of another (AUTH_TENANT) refuses it.",
        Recursive = true,
    };

    /// <summary>The settings of one gateway.</summary>
    public Task<int> WithSettingsAsync(ParseResult parsed, Func<GatewaySettings, Task<int>> run) => ReadAsync(parsed, async (sources, values) =>
    {
        var name = parsed.GetValue(tenant);
        if (values.Text(SettingsSources.Tenants) is null)
        {
            // 'key create' has always had the option for itself.
            return name is null || parsed.CommandResult.Command.Name == "create" ? await RunAsync(SettingsReader.Read(values), run)
                : throw new FormatException($"--tenant is '{name}', and {SettingsSources.Tenants} is not set: there is one tenant.");
        }

        if (name is null)
        {
            throw new FormatException($"--tenant is not given; with {SettingsSources.Tenants} it must be one of {string.Join(", ", TenantsReader.Names(sources, values))}.");
        }

        var (settings, errors) = TenantsReader.Read(sources, values);
        return await RunAsync((settings is null ? null : settings.Of(name), errors), run);
    });

    /// <summary>
    /// Those of the process, which listens; a tenant's file that has become wrong since it started does not matter. What a secret gives has nothing to do with it, and checks of
    /// health come often: it is not asked for.
    /// </summary>
    public Task<int> WithProcessAsync(ParseResult parsed, Func<GatewaySettings, Task<int>> run) => ReadAsync(
        parsed, (_, values) => RunAsync(ReadProcess(values), run), withSecret: false);

    /// <summary>What is in effect, right or wrong.</summary>
    public Task<int> WithValuesAsync(ParseResult parsed, Func<SettingValues, Task<int>> run) => ReadAsync(
        parsed, (sources, values) => run(parsed.GetValue(tenant) is { } name ? TenantsReader.ValuesOf(sources, values, name) : values));

    /// <summary>Serves one tenant, or all that there are.</summary>
    public async Task<int> ServeAsync(ParseResult parsed, bool demo, CancellationToken cancellationToken)
    {
        await using var starting = new StartingServer();
        return await ReadAsync(
            parsed,
            async (sources, values) =>
            {
                if (parsed.GetValue(tenant) is { } name)
                {
                    throw new FormatException($"--tenant is '{name}'; it is for commands: a gateway serves the tenant that AUTH_TENANT names, or all of {SettingsSources.Tenants}.");
                }

                OtelVariables.Export(values);
                if (values.Text(SettingsSources.Tenants) is null)
                {
                    return await RunAsync(SettingsReader.Read(values), settings => GatewayHost.RunAsync(sources, values, settings, demo, starting, cancellationToken));
                }

                if (demo)
                {
                    throw new FormatException($"--demo is given with {SettingsSources.Tenants}; it is for a gateway of one tenant.");
                }

                return await RunAsync(TenantsReader.Read(sources, values), settings => TenantsHost.RunAsync(settings, sources.FoundSecret, starting, cancellationToken));
            },
            onWait: (values, waiting) => ListenAsync(starting, values, waiting, cancellationToken));
    }

    /// <summary>Listens while the secret is waited for. Where the gateway will, no secret says.</summary>
    private static async Task ListenAsync(StartingServer starting, SettingValues values, Func<string?> waiting, CancellationToken cancellationToken)
    {
        // What is wrong with them may be right with the secret; if it is not, that is said then.
        var (settings, _) = ReadProcess(values);
        if (settings is null)
        {
            return;
        }

        try
        {
            await starting.StartAsync(settings, "secret", waiting, cancellationToken);
        }
        catch (Exception error) when (Failure.MessageOf(error, settings) is { } message)
        {
            throw new FormatException(message, error);
        }
    }

    private static (GatewaySettings? Settings, IReadOnlyList<string> Errors) ReadProcess(SettingValues values) =>
        values.Text(SettingsSources.Tenants) is null ? SettingsReader.Read(values) : TenantsReader.ReadProcess(values);

    private async Task<int> ReadAsync(
        ParseResult parsed, Func<SettingsSources, SettingValues, Task<int>> run, bool withSecret = true, Func<SettingValues, Func<string?>, Task>? onWait = null)
    {
        try
        {
            var sources = await SettingsSources.FindAsync(Environment.CurrentDirectory, parsed, options, withSecret, onWait, CancellationToken.None);
            return await run(sources, sources.Read());
        }
        catch (FormatException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Failed;
        }
    }

    private static async Task<int> RunAsync<TSettings>((TSettings? Settings, IReadOnlyList<string> Errors) read, Func<TSettings, Task<int>> run)
        where TSettings : class
    {
        if (read.Settings is not null)
        {
            return await run(read.Settings);
        }

        foreach (var error in read.Errors)
        {
            await Console.Error.WriteLineAsync(error);
        }

        return Failed;
    }
}
