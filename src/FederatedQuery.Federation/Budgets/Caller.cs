namespace FederatedQuery.Federation.Budgets;

/// <summary>Who asks, as budgets know him: one budget of cold bytes for each.</summary>
/// <param name="Id">Of the key that the request came with.</param>
public readonly record struct Caller(string Id)
{
    /// <summary>Everybody, while requests come without keys (AUTH_MODE=none).</summary>
    public static Caller Anonymous { get; } = new("anonymous");

    /// <summary>The gateway itself, for what it runs behind its answers.</summary>
    public static Caller Gateway { get; } = new("gateway");
}
