namespace FederatedQuery.Hot.Moves;

/// <summary>How exported rows leave PostgreSQL.</summary>
public enum MoveMode
{
    /// <summary>The partition is emptied at once, late rows put back. Waits for its readers (ACCESS EXCLUSIVE).</summary>
    Truncate,

    /// <summary>Exactly the exported rows are deleted. Waits for writers alone (SHARE ROW EXCLUSIVE), and leaves dead rows to vacuum.</summary>
    Delete,
}
