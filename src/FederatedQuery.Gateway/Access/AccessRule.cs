using FederatedQuery.Federation.Budgets;

namespace FederatedQuery.Gateway.Access;

/// <summary>Who may have an endpoint.</summary>
internal readonly record struct AccessRule
{
    private AccessRule(bool isOpen, Roles role) => (IsOpen, Role) = (isOpen, role);

    /// <summary>Everybody, also without a key: what shows no data.</summary>
    public static AccessRule Anyone { get; } = new(true, Roles.None);

    /// <summary>Whoever has a key, whatever its roles: what more is needed is decided later, field by field.</summary>
    public static AccessRule Known { get; } = new(false, Roles.None);

    public bool IsOpen { get; }

    /// <summary>The role that is needed; none where a key is enough.</summary>
    public Roles Role { get; }

    public static AccessRule Needs(Roles role) => new(false, role);

    public bool Admits(Caller caller) => IsOpen || caller.Has(Role);
}
