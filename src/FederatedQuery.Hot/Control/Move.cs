namespace FederatedQuery.Hot.Control;

/// <summary>One day of a table moved to the cold tier in one transaction; what was moved, for verification later.</summary>
public sealed record Move
{
    /// <summary>Given by the database, ascending.</summary>
    public long Id { get; init; }

    /// <summary>What changed the day's cold rows: <c>move</c> brings rows, others may take some away (negative <see cref="Rows"/>).</summary>
    public string Kind { get; init; } = "move";

    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    public required long Rows { get; init; }

    /// <summary>Of all columns of all rows moved, in no order.</summary>
    public required string Checksum { get; init; }

    /// <summary>The Iceberg snapshot that holds the rows.</summary>
    public required long SnapshotId { get; init; }

    public required string MetadataLocation { get; init; }

    public required DateTimeOffset MovedAt { get; init; }
}
