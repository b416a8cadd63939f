using FederatedQuery.Federation.Budgets;

namespace FederatedQuery.Gateway.Access;

/// <summary>Roles by the names that keys, tokens and the schema have for them.</summary>
internal static class RoleNames
{
    public const string Reader = "reader";
    public const string Writer = "writer";
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Reader, Writer, Admin];

    /// <returns>None for a name that is no role's.</returns>
    public static Roles Of(string name) => name switch
    {
        Reader => Roles.Reader,
        Writer => Roles.Writer,
        Admin => Roles.Admin,
        _ => Roles.None,
    };

    /// <summary>In the order of <see cref="All"/>.</summary>
    public static IEnumerable<string> Of(Roles roles) => All.Where(name => (roles & Of(name)) != 0);

    /// <summary>For sentences: "reader and writer", or "no role".</summary>
    public static string Text(Roles roles) => roles == Roles.None ? "no role" : string.Join(" and ", Of(roles));

    /// <summary>Whether the caller has the role; an admin has all of them, and none is had by everybody.</summary>
    public static bool Has(this Caller caller, Roles role) => role == Roles.None || (caller.Roles & (role | Roles.Admin)) != 0;
}
