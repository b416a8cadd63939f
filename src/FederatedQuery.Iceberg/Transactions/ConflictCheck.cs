using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>What a change that was planned on one snapshot and is applied to a later one must not have missed.</summary>
public sealed record ConflictCheck
{
    /// <summary>The snapshot that the change was planned on; null: the table had none. It must not be expired while the change is under way.</summary>
    public required long? FromSnapshotId { get; init; }

    /// <summary>Only changes of rows that may match count; null: whatever the change itself says, or all.</summary>
    public Expression? Filter { get; init; }

    public CommitIsolation Isolation { get; init; } = CommitIsolation.Serializable;
}

public enum CommitIsolation
{
    /// <summary>As if one after the other: fails also when others added rows that the change would have been about.</summary>
    Serializable,

    /// <summary>Rows that others added meanwhile stay as they are; what others deleted or removed must not come back.</summary>
    Snapshot,
}
