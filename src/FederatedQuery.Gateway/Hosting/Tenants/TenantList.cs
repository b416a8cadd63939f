using System.Collections.Frozen;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>The tenants at one time. Immutable, but for how each of them stands.</summary>
internal sealed class TenantList
{
    private readonly FrozenDictionary<string, Tenant> _byName;

    /// <param name="tenants">In any order.</param>
    public TenantList(IEnumerable<Tenant> tenants)
    {
        All = [.. tenants.OrderBy(tenant => tenant.Name, StringComparer.OrdinalIgnoreCase)];
        _byName = All.ToFrozenDictionary(tenant => tenant.Name, StringComparer.Ordinal);
        ByHost = All.SelectMany(tenant => tenant.Settings.Settings.TenantHosts.Select(host => (Host: host, tenant.Name)))
            .ToFrozenDictionary(pair => pair.Host, pair => pair.Name, StringComparer.Ordinal);
        IsSignInCommon = All.Select(tenant => tenant.Settings.Settings.Access with { Tenant = null }).Distinct().Count() <= 1;
    }

    /// <summary>In order of their names.</summary>
    public IReadOnlyList<Tenant> All { get; }

    /// <summary>Names of tenants by the names of hosts, in lower case.</summary>
    public IReadOnlyDictionary<string, string> ByHost { get; }

    /// <summary>People of all tenants sign in in one way.</summary>
    public bool IsSignInCommon { get; }

    /// <returns>Null: there is no such tenant.</returns>
    public Tenant? Find(string name) => _byName.GetValueOrDefault(name);
}
