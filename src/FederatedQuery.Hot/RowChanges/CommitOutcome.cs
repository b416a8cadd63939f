namespace FederatedQuery.Hot.RowChanges;

/// <summary>What became of a COMMIT.</summary>
public enum CommitOutcome
{
    Committed,

    /// <summary>Certainly: nothing has happened.</summary>
    NotCommitted,

    /// <summary>The answer was lost, and the server was not to be asked in time.</summary>
    Unknown,
}
