namespace FederatedQuery.Tiering.Moves;

/// <summary>The steps of a move, as <see cref="TableMover"/> takes them.</summary>
internal enum MoveStep
{
    /// <summary>The rows are read and their data files are uploaded.</summary>
    Exported,

    /// <summary>Manifests and metadata of the new snapshot are uploaded.</summary>
    Staged,

    /// <summary>The finishing transaction has a hold of the exported rows and found them unchanged; in delete mode they are deleted within it.</summary>
    Verified,

    /// <summary>Within the transaction, the catalog names the new snapshot.</summary>
    Published,

    /// <summary>Within the transaction, the rows are gone from PostgreSQL and the move is recorded.</summary>
    Removed,

    /// <summary>The transaction is committed.</summary>
    Committed,
}
