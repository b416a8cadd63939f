using System.CommandLine;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Where settings come from. Later ones win: <c>.env</c> in the working directory, the environment, the command line.</summary>
internal static class SettingsSources
{
    /// <summary>Every setting as an option: <c>--PORT=8001</c>, <c>--PORT 8001</c>, also <c>--port</c> and <c>--data-directory</c>.</summary>
    public static IReadOnlyList<Option<string?>> CreateOptions() =>
    [
        .. SettingNames.All.Select(setting =>
        {
            var lower = setting.Name.ToLowerInvariant();
            return new Option<string?>("--" + setting.Name, "--" + lower, "--" + lower.Replace('_', '-'))
            {
                Description = setting.Meaning,
                Recursive = true,
                // An empty value is an absent one, here as in the environment.
                Arity = ArgumentArity.ZeroOrOne,
            };
        }),
    ];

    /// <exception cref="FormatException">The <c>.env</c> file has a line that is not NAME=value.</exception>
    public static IConfiguration Gather(string workingDirectory, ParseResult commandLine, IReadOnlyList<Option<string?>> options)
    {
        var given = options
            .Where(option => commandLine.GetResult(option) is not null)
            .ToDictionary(option => option.Name[2..], commandLine.GetValue);
        return new ConfigurationBuilder()
            .AddInMemoryCollection(DotEnvFile.Read(Path.Combine(workingDirectory, ".env")))
            .AddEnvironmentVariables()
            .AddInMemoryCollection(given)
            .Build();
    }
}
