namespace FederatedQuery.Hot.Control;

/// <summary>A piece of background work. A running one belongs to the process that holds its lease.</summary>
public sealed record Job
{
    public required Guid Id { get; init; }

    /// <summary>What is done: <c>archive</c>, <c>load</c>, <c>compaction</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>The table it is done to, as <c>name</c> or <c>schema.name</c>; null for work on none.</summary>
    public string? TableName { get; init; }

    /// <summary>What the kind needs to know besides, as JSON; null when nothing.</summary>
    public string? Arguments { get; init; }

    public required JobState State { get; init; }

    /// <summary>Whether it has ended, well or not: its state changes no more.</summary>
    public bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    /// <summary>0 to 1.</summary>
    public double Progress { get; init; }

    public string Message { get; init; } = "";

    public long Rows { get; init; }

    public long Bytes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The process that works on it.</summary>
    public string? LeaseOwner { get; init; }

    /// <summary>By the database's clock; past it, another process may take the job over.</summary>
    public DateTimeOffset? LeaseExpiresAt { get; init; }

    /// <summary>
    /// Grows by one with each lease, so that a holder who lost its lease without noticing is told from the one who has it now (a fencing token). 0: never leased.
    /// </summary>
    public long Fence { get; init; }

    /// <summary>How often the process at work on it died, or lost touch, and another took the job up again.</summary>
    public int Takeovers { get; init; }

    /// <summary>How often it was put off since it was asked for.</summary>
    public int Deferrals { get; init; }

    /// <summary>Nobody takes it from the queue before; by the database's clock. Null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The job that this one is a part of; null: it stands alone.</summary>
    public Guid? ParentId { get; init; }
}
