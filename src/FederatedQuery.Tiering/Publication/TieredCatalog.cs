using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Publication;
using Npgsql;

namespace FederatedQuery.Tiering.Publication;

/// <summary>A tiered table stays with the catalog that it was made tiered with: rows in two of them would be read from one.</summary>
internal static class TieredCatalog
{
    /// <exception cref="TieringException">NotAllowed: the table's cold rows are in the other catalog.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, ColdCatalog catalog, TieredTable table, CancellationToken cancellationToken)
    {
        var isPublished = await PublicationStore.FindAsync(connection, TablePublisher.NameOf(table), cancellationToken) is not null;
        if (isPublished != catalog.IsRest)
        {
            var (own, other) = catalog.IsRest ? ("rest", "sql") : ("sql", "rest");
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Table '{TablePublisher.NameOf(table)}' was made tiered with ICEBERG_CATALOG={other}, where its cold rows are, and that is {own} now. Set it back.");
        }
    }
}
