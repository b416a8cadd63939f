using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Control.Publication;

/// <summary>
/// A change that takes a commit at a REST catalog and one in PostgreSQL, written down before either. Whoever finds one that nobody works on finishes or
/// abandons it.
/// </summary>
/// <param name="Id">Also in the name of the branch, the summary of the snapshot and the property that the change leaves at the catalog.</param>
/// <param name="Table">It has no other one at the same time.</param>
/// <param name="Details">What finishing it takes, as JSON; null: it can only be abandoned.</param>
public sealed record PublicationIntent(Guid Id, TableName Table, PublicationKind Kind, PublicationState State, string? Details);

/// <summary>Stored by name.</summary>
public enum PublicationKind
{
    /// <summary>A cold table is made, and the settings that make its hot table tiered.</summary>
    Create,

    /// <summary>Rows leave PostgreSQL.</summary>
    Move,

    /// <summary>New rows come to both tiers.</summary>
    Load,
}

/// <summary>Stored by name.</summary>
public enum PublicationState
{
    /// <summary>PostgreSQL has not changed; the catalog may have.</summary>
    Open,

    /// <summary>PostgreSQL has not changed and will not: what the catalog has is taken back.</summary>
    Abandoned,

    /// <summary>PostgreSQL has changed: what the catalog has must become the table's newest state.</summary>
    Committed,
}
