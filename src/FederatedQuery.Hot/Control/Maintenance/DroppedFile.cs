using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Hot.Control.Maintenance;

/// <summary>A file that a cold table no longer names, or is about to name no longer.</summary>
public sealed record DroppedFile
{
    public required TableIdentifier Table { get; init; }

    /// <summary>Of the table that dropped it: another may have its name by now. Null: of a table without one.</summary>
    public required string? TableUuid { get; init; }

    /// <summary>As the table's metadata wrote it.</summary>
    public required string Location { get; init; }

    /// <summary>Null: not known.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>How long ago it was recorded, by the database's clock.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>
    /// Whether its time has come. If not, nobody has seen the table without it yet, and its time is not set.
    /// </summary>
    public bool IsDue { get; init; }
}

/// <summary>What waits for deletion.</summary>
/// <param name="Files">Of the table.</param>
/// <param name="NextIn">Until the first of them is due, by the database's clock; zero: one is. Null: there is none whose time is set.</param>
public sealed record WaitingFiles(long Files, long Bytes, TimeSpan? NextIn);
