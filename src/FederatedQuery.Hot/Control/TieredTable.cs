namespace FederatedQuery.Hot.Control;

/// <summary>A table whose old rows move to the cold tier, and how.</summary>
public sealed record TieredTable
{
    /// <summary>The PostgreSQL schema.</summary>
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The Iceberg namespace of the cold table; its levels joined by dots.</summary>
    public required string Namespace { get; init; }

    /// <summary>The column that says how old a row is: date, timestamp or timestamptz.</summary>
    public required string TimeColumn { get; init; }

    public required IReadOnlyList<string> PrimaryKey { get; init; }

    /// <summary>The cold table's partition fields as written by the user: <c>day(date)</c>, <c>bucket(16, id)</c>, <c>region</c>.</summary>
    public required IReadOnlyList<string> PartitionBy { get; init; }

    /// <summary>Days that rows stay hot; null: the default of the gateway.</summary>
    public int? HotDays { get; init; }

    /// <summary>Days after which cold rows are deleted; null: the default of the gateway.</summary>
    public int? ColdDays { get; init; }

    /// <summary>Everything older has been moved, late rows apart; null before the first move.</summary>
    public DateTimeOffset? Boundary { get; init; }

    /// <summary>With a REST catalog, which takes no part in transactions here: the Iceberg snapshot that belongs to the hot rows. Null: none yet, or not needed.</summary>
    public long? PublishedSnapshotId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
