using System.Collections;
using System.CommandLine;

namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// Where settings come from, the strongest first: the command line, the environment, <c>.env</c> in the working directory, the file that CONFIG_FILE names, the
/// folders that CONFIG_DIRECTORY names. The last two may change while the gateway runs, so they can be read again.
/// </summary>
internal sealed class SettingsSources
{
    public const string File = "CONFIG_FILE";
    public const string Folder = "CONFIG_DIRECTORY";
    public const string Tenants = "TENANTS_DIRECTORY";

    private readonly IReadOnlyList<SettingLayer> _fixed;
    private readonly string? _file;
    private readonly IReadOnlyList<string> _folders;
    private readonly string _workingDirectory;

    private SettingsSources(IReadOnlyList<SettingLayer> layers, string workingDirectory)
    {
        _fixed = layers;
        _workingDirectory = workingDirectory;
        var values = new SettingValues(layers);
        _file = values.Text(File) is { } file ? Path.GetFullPath(file, workingDirectory) : null;
        _folders =
        [
            .. (values.Text(Folder) ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.GetFullPath(folder, workingDirectory)),
        ];
    }

    /// <summary>Whether there is anything that <see cref="Read"/> may find changed.</summary>
    public bool CanChange => _file is not null || _folders.Count > 0;

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

    /// <summary>Reads what does not change while the process runs.</summary>
    /// <exception cref="FormatException">The <c>.env</c> file has a line that is not NAME=value.</exception>
    public static SettingsSources Find(string workingDirectory, ParseResult commandLine, IReadOnlyList<Option<string?>> options)
    {
        var given = options
            .Where(option => commandLine.GetResult(option) is not null)
            .ToDictionary(option => option.Name[2..], commandLine.GetValue, StringComparer.OrdinalIgnoreCase);
        return new SettingsSources(
            [
                new SettingLayer("command line", given),
                new SettingLayer("environment", FromEnvironment()),
                new SettingLayer(".env", DotEnvFile.Read(Path.Combine(workingDirectory, ".env"))),
            ],
            workingDirectory);
    }

    /// <summary>A path of the settings, absolute.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, _workingDirectory);

    /// <summary>Reads the file and the folders, and puts them below the rest.</summary>
    /// <exception cref="FormatException">One of them is not there, or says what is no setting; the message says which and what.</exception>
    public SettingValues Read()
    {
        var layers = new List<SettingLayer>(_fixed);
        if (_file is not null)
        {
            layers.Add(new SettingLayer(_file, SettingsFile.Read(_file, File)));
        }

        layers.AddRange(_folders.Select(folder => new SettingLayer(folder, SettingsFolder.Read(folder))));
        return new SettingValues(layers);
    }

    private static Dictionary<string, string?> FromEnvironment()
    {
        var found = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            // Of names that differ in case only, the one in capitals is meant.
            if (!found.ContainsKey(name) || name == name.ToUpperInvariant())
            {
                found[name] = (string?)variable.Value;
            }
        }

        return found;
    }
}
