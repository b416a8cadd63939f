namespace FederatedQuery.Federation.Budgets;

/// <summary>Who asks: what he may do, and whose budget of cold bytes his queries are taken from.</summary>
/// <param name="Id">Of the key or the token's subject that the request came with; one budget for each.</param>
public sealed record Caller(string Id)
{
    /// <summary>Everybody, while requests come without keys (AUTH_MODE=none).</summary>
    public static Caller Anonymous { get; } = new("anonymous") { Roles = Roles.All };

    /// <summary>The gateway itself, for what it runs behind its answers.</summary>
    public static Caller Gateway { get; } = new("gateway") { Roles = Roles.All };

    /// <summary>What he may do.</summary>
    public Roles Roles { get; init; }

    /// <summary>Whose data he may see; null: he belongs to no tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>The id of the key in the table of keys; null: he came with something else.</summary>
    public string? KeyId { get; init; }

    /// <summary>From when on the key or token counts for nothing; null: it does not expire.</summary>
    public DateTimeOffset? Expires { get; init; }
}
