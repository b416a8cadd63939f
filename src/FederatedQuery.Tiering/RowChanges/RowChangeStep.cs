namespace FederatedQuery.Tiering.RowChanges;

/// <summary>The steps of a change of rows, as <see cref="RowChanger"/> takes them.</summary>
internal enum RowChangeStep
{
    /// <summary>Cold rows are found, and a snapshot without them is staged. Nobody sees it.</summary>
    Staged,

    /// <summary>Hot rows are changed, and changed cold rows are hot, in a transaction that is open.</summary>
    Changed,

    /// <summary>The snapshot is published in the same transaction.</summary>
    Published,
}
