namespace FederatedQuery.Tiering.Repartition;

/// <summary>The steps of a repartition, as <see cref="Repartitioner"/> takes them.</summary>
internal enum RepartitionStep
{
    /// <summary>Files are written in the new layout; no snapshot names them.</summary>
    Rewritten,

    /// <summary>All files of the table as it was looked at are written anew, and the commit comes next.</summary>
    Ready,

    /// <summary>The table is laid out anew.</summary>
    Committed,
}
