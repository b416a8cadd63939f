using FederatedQuery.Cold;

namespace FederatedQuery.Tiering;

/// <summary>What changes both tiers in one transaction needs them in one Postgres; moves have another way (<see cref="Publication.TablePublisher"/>).</summary>
internal static class CommonTransactions
{
    /// <exception cref="TieringException">NotAllowed: the cold tables are in a REST catalog.</exception>
    public static void Require(ColdCatalog catalog, string what)
    {
        if (catalog.IsRest)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"{what} needs a transaction that PostgreSQL and the catalog have in common. The cold tables are in a REST catalog (ICEBERG_CATALOG=rest), which has no part in such transactions; with ICEBERG_CATALOG=sql it can be done.");
        }
    }
}
