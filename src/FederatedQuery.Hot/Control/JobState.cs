namespace FederatedQuery.Hot.Control;

/// <summary>Stored by name.</summary>
public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}
