namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// What a manifest says of the columns of a data file (spec: Data File Fields). Maps are by field id; a missing map or entry means
/// not known. Bounds are
/// serialized single values (Appendix D), of the type the column had when the file was written.
/// </summary>
public readonly record struct FileMetrics
{
    /// <summary>The rows of the file.</summary>
    public required long RecordCount { get; init; }

    /// <summary>Values, nulls and NaNs included.</summary>
    public IReadOnlyDictionary<int, long>? ValueCounts { get; init; }

    public IReadOnlyDictionary<int, long>? NullValueCounts { get; init; }

    public IReadOnlyDictionary<int, long>? NaNValueCounts { get; init; }

    /// <summary>Not above any value that is neither null nor NaN; text and bytes may be cut.</summary>
    public IReadOnlyDictionary<int, ReadOnlyMemory<byte>>? LowerBounds { get; init; }

    /// <summary>Not below any value that is neither null nor NaN.</summary>
    public IReadOnlyDictionary<int, ReadOnlyMemory<byte>>? UpperBounds { get; init; }
}
