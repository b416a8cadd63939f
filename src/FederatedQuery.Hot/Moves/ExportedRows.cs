using System.Collections.Immutable;

namespace FederatedQuery.Hot.Moves;

/// <summary>What an export read, told precisely enough to find the same row versions again, and to notice when one is gone.</summary>
public sealed record ExportedRows
{
    public required MoveUnit Unit { get; init; }

    /// <summary><c>pg_current_snapshot()</c> of the export: what is not visible in it came later.</summary>
    public required string Snapshot { get; init; }

    public required long Rows { get; init; }

    /// <summary>
    /// The sum of a hash of every row version's place and inserting transaction. The number of rows alone would not do: a row deleted and one
    /// inserted by a subtransaction that was running when the snapshot was taken (which snapshots do not list) would cancel out.
    /// </summary>
    public required string VersionSum { get; init; }

    /// <summary>Which rows of the source, as PostgreSQL's SQL; null: all.</summary>
    public required string? Condition { get; init; }

    /// <summary>The columns that can be written, generated ones left out.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>The source, and <see cref="Introspection.PostgresTable.ColumnList"/> of it; null: not noted, by a version before this one.</summary>
    public string? ColumnList { get; init; }

    /// <inheritdoc cref="ColumnList"/>
    public uint SourceOid { get; init; }
}
