namespace FederatedQuery.Hot.Control.Publication;

/// <summary>The state of a cold table in a REST catalog that belongs to the hot rows of one snapshot of PostgreSQL.</summary>
/// <param name="SnapshotId">Null: no rows have been moved.</param>
/// <param name="ChangeId">The last change that came to both tiers; null: none has.</param>
public sealed record Published(long? SnapshotId, Guid? ChangeId);
