namespace FederatedQuery.Hot.Moves;

/// <summary>How exported rows leave PostgreSQL.</summary>
public enum MoveMode
{
    /// <summary>
    /// The partition is emptied at once, late rows put back. Waits for its writers while rows are compared (SHARE ROW EXCLUSIVE), and for its readers at the end
    /// (ACCESS EXCLUSIVE), each no longer than the lock timeout.
    /// </summary>
    Truncate,

    /// <summary>
    /// Exactly the exported rows are deleted. Waits for nobody but those who are changing one of them, holds up nobody who reads or writes others, and leaves
    /// dead rows to vacuum.
    /// </summary>
    Delete,
}
