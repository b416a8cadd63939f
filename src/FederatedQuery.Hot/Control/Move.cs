namespace FederatedQuery.Hot.Control;

/// <summary>An entry of the ledger: what one commit did to the cold rows of one day of a table.</summary>
public sealed record Move
{
    /// <summary>Given by the database, ascending.</summary>
    public long Id { get; init; }

    /// <summary>The kinds of changes there are.</summary>
    public const string Moved = "move", Loaded = "load", AddedByOthers = "others", Retired = "retention", Deleted = "delete", Changed = "change", Erased = "erase";

    /// <summary>What changed the day's cold rows: <see cref="Moved"/> and others bring rows, some take them away (negative <see cref="Rows"/>). Rows that are <see cref="Changed"/> are hot again.</summary>
    public string Kind { get; init; } = Moved;

    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>In UTC; 0001-01-01 for rows whose time is null or infinite.</summary>
    public required DateOnly Day { get; init; }

    public required long Rows { get; init; }

    /// <summary>Of all columns of the rows, in no order, with the name of its algorithm: <c>xxh64-rows-1:123</c>. Negative for rows taken away.</summary>
    public required string Checksum { get; init; }

    /// <summary>The Iceberg snapshot that made the change.</summary>
    public required long SnapshotId { get; init; }

    public required string MetadataLocation { get; init; }

    public required DateTimeOffset MovedAt { get; init; }
}
