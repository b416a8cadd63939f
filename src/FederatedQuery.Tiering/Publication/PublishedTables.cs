using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Publication;
using FederatedQuery.Hot.Scans;

namespace FederatedQuery.Tiering.Publication;

/// <summary>For those who compare the tiers: the state of a cold table that belongs to a session's hot rows.</summary>
internal static class PublishedTables
{
    /// <returns>Null when there is no such cold table.</returns>
    /// <exception cref="TieringException">Busy: a REST catalog does not list the state; the next session finds another.</exception>
    public static async Task<ColdTable?> FindAsync(ColdTables coldTables, HotReadSession session, TieredTable table, CancellationToken cancellationToken)
    {
        var newest = await coldTables.FindAsync(TablePublisher.IdentifierOf(table), session.Transaction, cancellationToken);
        if (!coldTables.AreInRestCatalog || newest is null
            || await PublicationStore.FindAsync(session.Connection, TablePublisher.NameOf(table), cancellationToken) is not { } published)
        {
            return newest;
        }

        return newest.AsPublished(published.ChangeId, published.SnapshotId) ?? throw new TieringException(
            TieringErrorKind.Busy, $"The catalog does not list the snapshot of table '{TablePublisher.NameOf(table)}' that belongs to its hot rows; try again.");
    }
}
