namespace FederatedQuery.Gateway.Settings.Tenants;

/// <summary>What a process with TENANTS_DIRECTORY was told.</summary>
/// <param name="Process">What is the process' own: where it listens, how it stops. The rest of it means nothing.</param>
/// <param name="Tenants">In order of their names; one at least.</param>
/// <param name="Folder">Where they are, to be looked at again.</param>
internal sealed record TenantsSettings(GatewaySettings Process, IReadOnlyList<TenantSettings> Tenants, TenantsFolder Folder)
{
    /// <summary>A tenant's settings, for a command.</summary>
    /// <exception cref="FormatException">There is no such tenant; the message says which there are.</exception>
    public GatewaySettings Of(string name) => Tenants.FirstOrDefault(tenant => tenant.Name == name) is { Settings: { } own }
        ? own with { OthersLocations = [.. Tenants.Where(tenant => tenant.Name != name).SelectMany(tenant => TenantPlaces.Of(tenant.Settings))] }
        : throw NoTenant(name, Tenants.Select(tenant => tenant.Name));

    public static FormatException NoTenant(string name, IEnumerable<string> all) =>
        new($"There is no tenant '{name}'; {SettingsSources.Tenants} has {string.Join(", ", all.Select(tenant => $"'{tenant}'"))}.");
}

/// <summary>A tenant: a gateway of its own within the process.</summary>
/// <param name="Name">Also its AUTH_TENANT.</param>
/// <param name="Path">Of its file.</param>
/// <param name="Settings">All that it is served with.</param>
/// <param name="Values">Where they come from.</param>
internal sealed record TenantSettings(string Name, string Path, GatewaySettings Settings, SettingValues Values)
{
    /// <summary>The settings that are others in <paramref name="now"/>, wherever they come from.</summary>
    public IReadOnlyList<string> Changes(TenantSettings now) =>
        [.. SettingNames.All.Select(setting => setting.Name).Where(name => Values.Text(name) != now.Values.Text(name))];

    /// <summary>Those of <see cref="Changes"/> that the tenant's file says or has said, and that a running gateway cannot take up.</summary>
    public IReadOnlyList<string> ChangesThatNeedAStart(TenantSettings now) =>
        [.. Changes(now).Where(name => (Values.Find(name)?.Origin == Path || now.Values.Find(name)?.Origin == now.Path) && !SettingsReload.Reloadable.Contains(name))];
}
