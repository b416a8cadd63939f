namespace FederatedQuery.Tiering.Erasing;

/// <summary>The steps of an erasure, as <see cref="EraseJob"/> takes them; some of them several times.</summary>
internal enum EraseStep
{
    /// <summary>Nothing holds it up, and nothing has changed.</summary>
    Prepared,

    /// <summary>Both tiers were looked at in one session, and matching hot rows are deleted.</summary>
    Looked,

    /// <summary>Cold files are written anew and the snapshot without the rows is committed.</summary>
    Rewritten,

    /// <summary>Snapshots that show the rows are expired; their files wait for deletion.</summary>
    Expired,

    /// <summary>Others have forgotten the rows, and PostgreSQL is cleaned up.</summary>
    Forgotten,
}
