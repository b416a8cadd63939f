using FederatedQuery.Cold;

namespace FederatedQuery.Tiering;

/// <summary>Moves take rows from one tier to the other in one transaction, so both tiers must be in one Postgres.</summary>
internal static class CommonTransactions
{
    /// <exception cref="TieringException">NotAllowed: the cold tables are in a REST catalog.</exception>
    public static void Require(ColdCatalog catalog, string what)
    {
        if (catalog.IsRest)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"{what} needs a transaction that PostgreSQL and the catalog have in common. The cold tables are in a REST catalog (ICEBERG_CATALOG=rest), where they are read; with ICEBERG_CATALOG=sql they are tiered too.");
        }
    }
}
