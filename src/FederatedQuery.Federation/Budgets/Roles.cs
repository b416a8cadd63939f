namespace FederatedQuery.Federation.Budgets;

/// <summary>What callers may do. Writing does not include reading: a shipper's key need not show what others have shipped.</summary>
[Flags]
public enum Roles
{
    None = 0,

    /// <summary>Asks queries.</summary>
    Reader = 1,

    /// <summary>Ships logs and changes rows.</summary>
    Writer = 2,

    /// <summary>Tiering, maintenance, writes to the catalog; and all that the others may.</summary>
    Admin = 4,

    All = Reader | Writer | Admin,
}
