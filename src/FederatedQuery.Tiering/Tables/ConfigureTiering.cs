using FederatedQuery.Hot.Control.Mutations;

namespace FederatedQuery.Tiering.Tables;

/// <summary>The settings of a tiered table, as a user gives them.</summary>
public sealed record ConfigureTiering
{
    /// <summary>A table in PostgreSQL: <c>name</c> or <c>schema.name</c>.</summary>
    public required string TableName { get; init; }

    /// <summary>A date, timestamp or timestamptz column that is NOT NULL.</summary>
    public required string TimeColumn { get; init; }

    /// <summary>Days that rows stay hot, at least 1; null: as it is, at first the gateway's default.</summary>
    public int? HotDays { get; init; }

    /// <summary>Days after which cold rows may be deleted, more than the hot ones; null: as it is, at first the gateway's default.</summary>
    public int? ColdDays { get; init; }

    /// <summary>Columns with few values, each of which gets files of its own within a day; null: as it is, at first none.</summary>
    public IReadOnlyList<string>? PartitionBy { get; init; }

    /// <summary>What may be done to the table's rows through the gateway; null: as it is, at first nothing.</summary>
    public RowMutations? RowMutations { get; init; }

    /// <summary>What tells rows apart in a table that has no primary key in PostgreSQL: whoever writes to it sees to that. Empty: the table's primary key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Columns that rows of a cold file are sorted by, before the time; of a table that becomes tiered.</summary>
    public IReadOnlyList<string> SortBy { get; init; } = [];
}
