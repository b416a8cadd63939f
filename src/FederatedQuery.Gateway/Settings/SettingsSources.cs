using System.Collections;
using System.CommandLine;
using FederatedQuery.Cold.Rest;
using FederatedQuery.Gateway.Settings.Secrets;

namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// Where settings come from, the strongest first: the command line, the secret that AWS_SECRET_NAME names, the environment, <c>.env</c> in the working directory, the file that
/// CONFIG_FILE names, the folders that CONFIG_DIRECTORY names. Secret, file and folders may change while the gateway runs, so they can be read again.
/// </summary>
internal sealed class SettingsSources
{
    public const string File = "CONFIG_FILE";
    public const string Folder = "CONFIG_DIRECTORY";
    public const string Tenants = "TENANTS_DIRECTORY";
    public const string Secret = "AWS_SECRET_NAME";

    /// <summary>See <see cref="SettingLayer.Origin"/>.</summary>
    public const string EnvironmentOrigin = "environment";

    private readonly IReadOnlyList<SettingLayer> _fixed;
    private readonly string? _file;
    private readonly IReadOnlyList<string> _folders;
    private readonly string _workingDirectory;
    private Func<SettingLayer>? _ofSecret;

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
    public bool CanChange => _file is not null || _folders.Count > 0 || FoundSecret is not null;

    /// <summary>The secret that <see cref="FindAsync"/> has read; null where AWS_SECRET_NAME names none.</summary>
    public SettingsSecret? FoundSecret { get; private set; }

    /// <summary>Every setting as an option: <c>--PORT=8001</c>, <c>--PORT 8001</c>, also <c>--port</c> and <c>--data-directory</c>; the help leaves out those that are OpenTelemetry's.</summary>
    public static IReadOnlyList<Option<string?>> CreateOptions() =>
    [
        .. SettingNames.All.Select(setting => CreateOption(setting.Name, setting.Meaning)),
        .. OtelVariables.All.Select(name => CreateOption(name, meaning: null)),
    ];

    /// <summary>As <see cref="Find"/>, and reads the secret, if there is one, waiting for AWS Secrets Manager for STARTUP_TIMEOUT.</summary>
    /// <param name="workingDirectory">Where <c>.env</c> is, and what paths are relative to.</param>
    /// <param name="commandLine">What was given there.</param>
    /// <param name="options">Those of <see cref="CreateOptions"/>.</param>
    /// <param name="withSecret">False: it is not asked for, and what it could give counts as not given.</param>
    /// <param name="onWait">Told, before the secret is asked for, the settings without what it could give, and how to learn what is waited for; null: nobody is told.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="FormatException">As for <see cref="Find"/> and <see cref="Read"/>, or the secret could not be had; the message says why.</exception>
    public static async Task<SettingsSources> FindAsync(
        string workingDirectory, ParseResult commandLine, IReadOnlyList<Option<string?>> options, bool withSecret, Func<SettingValues, Func<string?>, Task>? onWait, CancellationToken cancellationToken)
    {
        var sources = Find(workingDirectory, commandLine, options);
        var values = sources.Read();
        if (values.Text(Secret) is not { } name)
        {
            return sources;
        }

        var taken = new SettingLayer("secret", SettingNames.All.Where(setting => SecretValues.MayGive(setting.Name)).ToDictionary(setting => setting.Name, _ => (string?)""));
        sources._ofSecret = () => taken;
        if (!withSecret)
        {
            return sources;
        }

        var address = SecretAddress.Of(name, values.Text("AWS_REGION"), Environment.GetEnvironmentVariable);
        var client = new SecretsManagerClient(address, new AwsRequestSigner(credentials: null, address.Region, TimeProvider.System), SecretsManagerClient.DefaultTimeout);
        var secret = new SettingsSecret(name, client.GetAsync, TimeProvider.System);
        var waiting = $"The secret '{name}' ({Secret}) is being read from {address.Endpoint.Authority}.";
        if (onWait is not null)
        {
            await onWait(sources.Read(), () => Volatile.Read(ref waiting));
        }

        await secret.ReadPatientlyAsync(
            SettingsReader.StartupTimeout(new CheckedValues(values)),
            async said =>
            {
                Volatile.Write(ref waiting, said);
                await Console.Error.WriteLineAsync(said);
            },
            cancellationToken);
        (sources.FoundSecret, sources._ofSecret) = (secret, () => secret.Layer);
        return sources;
    }

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
                new SettingLayer(EnvironmentOrigin, FromEnvironment()),
                new SettingLayer(".env", DotEnvFile.Read(Path.Combine(workingDirectory, ".env"))),
            ],
            workingDirectory);
    }

    /// <summary>A path of the settings, absolute.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, _workingDirectory);

    /// <summary>Reads the file and the folders, and puts them below the rest, and what the secret said last below the command line.</summary>
    /// <exception cref="FormatException">One of them is not there, or says what is no setting; the message says which and what.</exception>
    public SettingValues Read()
    {
        var layers = new List<SettingLayer>(_fixed);
        if (_ofSecret is not null)
        {
            layers.Insert(1, _ofSecret());
        }

        if (_file is not null)
        {
            layers.Add(new SettingLayer(_file, SettingsFile.Read(_file, File)));
        }

        layers.AddRange(_folders.Select(folder => new SettingLayer(folder, SettingsFolder.Read(folder))));
        return new SettingValues(layers);
    }

    private static Option<string?> CreateOption(string name, string? meaning)
    {
        var lower = name.ToLowerInvariant();
        return new Option<string?>("--" + name, "--" + lower, "--" + lower.Replace('_', '-'))
        {
            Description = meaning,
            Hidden = meaning is null,
            Recursive = true,
            // An empty value is an absent one, here as in the environment.
            Arity = ArgumentArity.ZeroOrOne,
        };
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
