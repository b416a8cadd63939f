using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Puffin;

/// <summary>A blob of a Puffin file as the footer lists it (Puffin spec: BlobMetadata).</summary>
public sealed record PuffinBlob
{
    /// <summary>Such as <c>apache-datasketches-theta-v1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Ids of the fields that the blob was computed for.</summary>
    public required ImmutableArray<int> Fields { get; init; }

    /// <summary>-1 where it was not known when the file was written.</summary>
    public required long SnapshotId { get; init; }

    /// <inheritdoc cref="SnapshotId"/>
    public required long SequenceNumber { get; init; }

    /// <summary>From the beginning of the file.</summary>
    public required long Offset { get; init; }

    /// <summary>As stored, that is compressed where there is a codec.</summary>
    public required long Length { get; init; }

    /// <summary><c>zstd</c> or <c>lz4</c>; null: not compressed.</summary>
    public string? CompressionCodec { get; init; }

    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;
}
