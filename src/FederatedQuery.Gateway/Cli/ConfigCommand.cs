using System.CommandLine;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Cli;

/// <summary><c>config</c>: what every setting is, and where that came from. Starts nothing.</summary>
internal static class ConfigCommand
{
    private const int Failed = 1;

    /// <summary>Values so long still leave the origins one below the other.</summary>
    private const int Column = 56;

    public static Command Create(TenantChoice choice)
    {
        var command = new Command("config", "Print the settings in effect as lines of a .env file, with where each came from; secrets are masked.");
        command.SetAction(parsed => choice.WithValuesAsync(parsed, RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(SettingValues values)
    {
        var (settings, errors, defaults) = SettingsReader.ReadAll(values);
        foreach (var line in Lines(values, defaults))
        {
            await Console.Out.WriteLineAsync(line);
        }

        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync(error);
        }

        return settings is null ? Failed : 0;
    }

    private static string Line(string name, string value, string origin) => $"{name}={SettingNames.Mask(name, value)}".PadRight(Column) + " # " + origin;

    /// <param name="defaults">As <see cref="SettingsReader.ReadAll"/> gives them.</param>
    internal static IEnumerable<string> Lines(SettingValues values, IReadOnlyDictionary<string, string?> defaults)
    {
        foreach (var (name, _) in SettingNames.All)
        {
            var found = values.Find(name) is { Text.Length: > 0 } given ? given : null;
            var isRead = defaults.TryGetValue(name, out var fallback) || name is SettingsSources.File or SettingsSources.Folder or SettingsSources.Secret;
            var origin = (found, isRead, fallback) switch
            {
                (not null, true, _) => found.Origin,
                (not null, false, _) => $"{found.Origin}; not looked at with the other settings",
                (null, true, not null) => "default",
                _ => "not set",
            };
            yield return Line(name, found?.Text ?? fallback ?? "", origin);
        }

        foreach (var (name, value) in OtelVariables.Given(values))
        {
            yield return Line(name, value.Text, value.Origin);
        }
    }
}
