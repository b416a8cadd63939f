namespace FederatedQuery.Gateway.Settings.Tenants;

/// <summary>
/// Reads TENANTS_DIRECTORY. A tenant's file says the same settings as CONFIG_FILE and counts before all that the process was told; what is missing in it is as for the whole
/// process, but for what must be each tenant's own (<see cref="TenantShare"/>, <see cref="TenantPlaces"/>).
/// </summary>
internal static class TenantsReader
{
    /// <summary>There is one of each in a process.</summary>
    private static readonly HashSet<string> OfProcess = new(StringComparer.OrdinalIgnoreCase)
    {
        "HOST", "PORT", "TLS_CERTIFICATE", "TLS_KEY", "TRUSTED_PROXIES", "CORS_ORIGINS", "AUTH_ALLOW_ANONYMOUS", "SHUTDOWN_DELAY", "SHUTDOWN_TIMEOUT",
        SettingsSources.File, SettingsSources.Folder, SettingsSources.Tenants, SettingsSources.Secret,
    };

    /// <returns>The settings, or the errors that keep them from being made (never both).</returns>
    /// <exception cref="FormatException">A file is not there or cannot be read as settings; the message says which and why.</exception>
    public static (TenantsSettings? Settings, IReadOnlyList<string> Errors) Read(SettingsSources sources, SettingValues values)
    {
        var errors = new List<string>();
        if (values.Text("AUTH_TENANT") is { } tenant)
        {
            errors.Add($"AUTH_TENANT is '{tenant}'; it must be empty with {SettingsSources.Tenants}, whose files are the tenants.");
        }

        var (process, wrong) = ReadProcess(values);
        errors.AddRange(wrong);
        var folder = PathOf(sources, values);
        var files = TenantFiles.List(folder);
        var tenants = new List<TenantSettings>();
        foreach (var (name, _) in files)
        {
            var (settings, problems) = ReadTenant(sources, values, files, name, process);
            errors.AddRange(problems.Except(wrong.Select(problem => Of(name, problem))));
            if (settings is not null)
            {
                tenants.Add(settings);
            }
        }

        errors.AddRange(TenantPlaces.Shared(tenants));
        return errors.Count == 0 ? (new TenantsSettings(process!, tenants, new TenantsFolder(sources, folder, process!)), []) : (null, errors);
    }

    /// <summary>One of the tenants.</summary>
    /// <param name="sources">Where the process' settings are.</param>
    /// <param name="values">What was found there.</param>
    /// <param name="files">The tenants and their files.</param>
    /// <param name="name">The tenant.</param>
    /// <param name="process">What is the process' own; null: it is wrong.</param>
    /// <inheritdoc cref="Read"/>
    public static (TenantSettings? Settings, IReadOnlyList<string> Errors) ReadTenant(
        SettingsSources sources, SettingValues values, IReadOnlyList<(string Name, string Path)> files, string name, GatewaySettings? process)
    {
        var path = files.Single(file => file.Name == name).Path;
        var own = ValuesOf(sources, values, name, path, files.Count);
        var (settings, problems) = SettingsReader.Read(own);
        return settings is null ? (null, [.. problems.Select(problem => Of(name, problem))]) : (new TenantSettings(name, path, WithEndOf(settings, process), own), []);
    }

    /// <summary>What is the process' own, whatever its tenants are.</summary>
    public static (GatewaySettings? Settings, IReadOnlyList<string> Errors) ReadProcess(SettingValues values) => SettingsReader.Read(ProcessOf(values));

    /// <summary>The names of the tenants, in order.</summary>
    /// <inheritdoc cref="TenantFiles.List"/>
    public static IEnumerable<string> Names(SettingsSources sources, SettingValues values) => Files(sources, values).Select(file => file.Name);

    /// <summary>What a tenant's settings are.</summary>
    /// <param name="sources">Where the process' settings are.</param>
    /// <param name="process">What was found there, TENANTS_DIRECTORY among it.</param>
    /// <param name="name">The tenant.</param>
    /// <exception cref="FormatException">There is no such tenant, or its file cannot be read.</exception>
    public static SettingValues ValuesOf(SettingsSources sources, SettingValues process, string name)
    {
        var files = Files(sources, process);
        return files.FirstOrDefault(file => file.Name == name) is { Path: { } path }
            ? ValuesOf(sources, process, name, path, files.Count)
            : throw TenantsSettings.NoTenant(name, files.Select(file => file.Name));
    }

    private static SettingValues ValuesOf(SettingsSources sources, SettingValues process, string name, string path, int tenants) => process.Below(
        new SettingLayer("the name of " + path, new Dictionary<string, string?> { ["AUTH_TENANT"] = name }),
        new SettingLayer(path, SettingsFile.Read(path, SettingsSources.Tenants, Refuse)),
        TenantShare.Of(process, sources.PathOf, name, tenants));

    private static IReadOnlyList<(string Name, string Path)> Files(SettingsSources sources, SettingValues values) => TenantFiles.List(PathOf(sources, values));

    private static string PathOf(SettingsSources sources, SettingValues values) =>
        sources.PathOf(values.Text(SettingsSources.Tenants) ?? throw new FormatException($"{SettingsSources.Tenants} is not set; it must name a folder with a file for each tenant."));

    private static string Of(string tenant, string problem) => $"Tenant '{tenant}': {problem}";

    private static string? Refuse(string name) => name == "AUTH_TENANT" ? "AUTH_TENANT is the name of the file, and is not said in it"
        : OfProcess.Contains(name) || OtelVariables.IsKnown(name) ? $"{name} is the whole process', and cannot be one tenant's"
        : name.StartsWith("DEMO_", StringComparison.OrdinalIgnoreCase) ? $"{name} is for --demo, which is for a gateway of one tenant"
        : null;

    /// <summary>The tenants' own are taken away: what is right for them may be wrong without their files.</summary>
    private static SettingValues ProcessOf(SettingValues values)
    {
        var own = SettingNames.All.Where(setting => !OfProcess.Contains(setting.Name)).ToDictionary(setting => setting.Name, _ => (string?)"", StringComparer.OrdinalIgnoreCase);
        // Each tenant has one of the two that ask who it is.
        own["AUTH_MODE"] = "apikey";
        return values.Below(new SettingLayer("tenants", own));
    }

    /// <summary>The process waits for balancers and running requests; a tenant's subscriptions have as long to end.</summary>
    private static GatewaySettings WithEndOf(GatewaySettings tenant, GatewaySettings? process) => process is null
        ? tenant
        : tenant with { ShutdownDelay = TimeSpan.Zero, ShutdownTimeout = process.ShutdownDelay + process.ShutdownTimeout };
}
