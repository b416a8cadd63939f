namespace FederatedQuery.Hot.Control;

/// <summary>Which job a process asks for.</summary>
public sealed record LeaseRequest
{
    /// <summary>The process.</summary>
    public required string Owner { get; init; }

    /// <summary>
    /// The kinds it can do, each with its group: of the jobs of one group and one table, one is leased at a time (a job and its parts count as one).
    /// Null: the kind is in no group.
    /// </summary>
    public required IReadOnlyDictionary<string, string?> Kinds { get; init; }

    /// <summary>For how long without a renewal.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>Only parts of this job; null: any job.</summary>
    public Guid? ParentId { get; init; }
}
