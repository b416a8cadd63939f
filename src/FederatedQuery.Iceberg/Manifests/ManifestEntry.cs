namespace FederatedQuery.Iceberg.Manifests;

/// <summary>A file in a manifest with its history (spec: Manifest Entry Fields). What is inherited from the manifest list is filled in.</summary>
public sealed record ManifestEntry
{
    public required ManifestEntryStatus Status { get; init; }

    /// <summary>The snapshot that added the file, or deleted it where the status is <see cref="ManifestEntryStatus.Deleted"/>.</summary>
    public required long SnapshotId { get; init; }

    /// <summary>The data sequence number: the age of the content, which decides what deletes apply.</summary>
    public required long SequenceNumber { get; init; }

    /// <summary>The sequence number of the snapshot that added the file.</summary>
    public required long FileSequenceNumber { get; init; }

    public required DataFile DataFile { get; init; }

    public bool IsLive => Status != ManifestEntryStatus.Deleted;
}
