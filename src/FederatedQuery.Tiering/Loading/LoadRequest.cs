using FederatedQuery.Cold.Staging;

namespace FederatedQuery.Tiering.Loading;

/// <summary>Rows to be put into a table, which is made when it is not there.</summary>
public sealed record LoadRequest
{
    /// <summary><c>name</c> or <c>namespace.name</c>; <c>default</c> is PostgreSQL's schema <c>public</c>.</summary>
    public required string TableName { get; init; }

    public required RowSource Source { get; init; }

    /// <summary>Null: that of the table, or of a new table the first date or timestamp column.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>Columns that tell rows of a new table apart; empty: a column <c>row_id</c> of uuids is added (not in cold-only tables).</summary>
    public IReadOnlyList<string> PrimaryKey { get; init; } = [];

    /// <summary>For a new table. One that exists takes rows where it has them.</summary>
    public LoadTiers Tiers { get; init; }

    /// <summary>For a new table: columns with few values, each of which gets files of its own.</summary>
    public IReadOnlyList<string> PartitionBy { get; init; } = [];

    /// <summary>For a new table.</summary>
    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];
}

/// <summary>Which tiers a new table has.</summary>
public enum LoadTiers
{
    /// <summary>Rows of the hot days in PostgreSQL, older ones cold.</summary>
    Both,
    HotOnly,
    ColdOnly,
}

/// <param name="Table">A hot table, as <c>name</c> or <c>schema.name</c>.</param>
/// <param name="ReferencedColumn">Its primary key.</param>
public sealed record ForeignKey(string Column, string Table, string ReferencedColumn);
