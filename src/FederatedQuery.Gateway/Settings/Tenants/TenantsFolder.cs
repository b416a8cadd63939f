namespace FederatedQuery.Gateway.Settings.Tenants;

/// <summary>TENANTS_DIRECTORY, which is looked at again while the process runs.</summary>
/// <param name="sources">Where the process' settings are.</param>
/// <param name="path">Of the folder, absolute; another one waits for the next start.</param>
/// <param name="process">What is the process' own, until it ends.</param>
internal sealed class TenantsFolder(SettingsSources sources, string path, GatewaySettings process)
{
    public string Path => path;

    /// <summary>Finds what there is now.</summary>
    /// <exception cref="FormatException">The process' settings cannot be read, or the folder cannot, or something in it is no tenant's file; the message says what.</exception>
    public TenantsLook Look()
    {
        var values = sources.Read();
        var folder = values.Text(SettingsSources.Tenants);
        return folder is not null && sources.PathOf(folder) == path
            ? new TenantsLook(sources, values, TenantFiles.List(path), process)
            : throw new FormatException($"{SettingsSources.Tenants} is '{folder}' now; until the process is started again it is '{path}'.");
    }
}

/// <summary>What was in TENANTS_DIRECTORY at one time.</summary>
/// <param name="sources">Where the process' settings are.</param>
/// <param name="values">What was found there.</param>
/// <param name="files">In order of the tenants' names; one at least.</param>
/// <param name="process">What is the process' own.</param>
internal sealed class TenantsLook(SettingsSources sources, SettingValues values, IReadOnlyList<(string Name, string Path)> files, GatewaySettings process)
{
    /// <summary>The tenants in order of their names, with their files; one at least.</summary>
    public IReadOnlyList<(string Name, string Path)> Files => files;

    /// <summary>Reads a tenant's file.</summary>
    /// <param name="name">One of <see cref="Files"/>.</param>
    /// <param name="others">That it must share nothing with.</param>
    /// <exception cref="FormatException">It cannot be read, or is wrong; the message says all that is.</exception>
    public TenantSettings Read(string name, IReadOnlyList<TenantSettings> others)
    {
        var (tenant, errors) = TenantsReader.ReadTenant(sources, values, files, name, process);
        errors = tenant is null ? errors : [.. TenantPlaces.Shared(tenant, others)];
        return errors.Count == 0 ? tenant! : throw new FormatException(string.Join(' ', errors));
    }
}
