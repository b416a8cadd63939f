namespace FederatedQuery.Gateway.Settings.Tenants;

/// <summary>What a process with TENANTS_DIRECTORY was told.</summary>
/// <param name="Process">What is the process' own: where it listens, how it stops. The rest of it means nothing.</param>
/// <param name="Tenants">In order of their names; one at least.</param>
internal sealed record TenantsSettings(GatewaySettings Process, IReadOnlyList<TenantSettings> Tenants)
{
    /// <exception cref="FormatException">There is no such tenant; the message says which there are.</exception>
    public GatewaySettings Of(string name) => Tenants.FirstOrDefault(tenant => tenant.Name == name)?.Settings ?? throw NoTenant(name, Tenants.Select(tenant => tenant.Name));

    public static FormatException NoTenant(string name, IEnumerable<string> all) =>
        new($"There is no tenant '{name}'; {SettingsSources.Tenants} has {string.Join(", ", all.Select(tenant => $"'{tenant}'"))}.");
}

/// <summary>A tenant: a gateway of its own within the process.</summary>
/// <param name="Name">Also its AUTH_TENANT.</param>
/// <param name="Settings">All that it is served with.</param>
/// <param name="Values">Where they come from.</param>
/// <param name="Read">Reads <paramref name="Values"/> again; throws <see cref="FormatException"/>.</param>
internal sealed record TenantSettings(string Name, GatewaySettings Settings, SettingValues Values, Func<SettingValues> Read);
