using System.Collections.Immutable;

namespace FederatedQuery.Hot.Control;

/// <summary>A stored result of a statement, as the index has it. Never changed once it is ready, but for when it was used last.</summary>
public sealed record MaterializedResult
{
    public required Guid Id { get; init; }

    /// <summary>Of everything that identifies the answer but how many rows of it are wanted.</summary>
    public required byte[] Key { get; init; }

    /// <summary>Of the statement alone: what dropping it goes by, whatever parameters it was run with.</summary>
    public required byte[] Statement { get; init; }

    /// <summary>As it was written, for people.</summary>
    public required string Sql { get; init; }

    /// <summary>What the statement reads, as <c>namespace.name</c>.</summary>
    public required ImmutableArray<string> Tables { get; init; }

    /// <summary>JSON: what the cold side of each table was.</summary>
    public required string Cold { get; init; }

    /// <summary>What the hot side was (see HotContent); null: it was not read.</summary>
    public required string? HotFingerprint { get; init; }

    public required ImmutableArray<uint> HotRelations { get; init; }

    public required string? HotSnapshot { get; init; }

    /// <summary>Of the Parquet file.</summary>
    public required string Location { get; init; }

    /// <summary>JSON: names and types.</summary>
    public required string Columns { get; init; }

    public required long Rows { get; init; }

    /// <summary>True when the statement has more rows than these.</summary>
    public required bool Truncated { get; init; }

    /// <summary>Of the file.</summary>
    public required long Bytes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
