namespace FederatedQuery.Hot.Control.Mutations;

/// <summary>What may be done to a table's rows through the gateway. The numbers are stored.</summary>
[Flags]
public enum RowMutations
{
    None = 0,
    Insert = 1,
    Update = 2,
    Delete = 4,
    All = Insert | Update | Delete,
}
