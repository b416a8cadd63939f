using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>The state of a table at one moment (spec: Snapshots).</summary>
public sealed record Snapshot
{
    public required long SnapshotId { get; init; }

    public long? ParentSnapshotId { get; init; }

    /// <summary>0 for snapshots of v1 tables.</summary>
    public long SequenceNumber { get; init; }

    /// <summary>When it was made, in milliseconds from the Unix epoch.</summary>
    public required long TimestampMs { get; init; }

    /// <summary>The location of the manifest list; null only in old v1 tables, which have <see cref="Manifests"/> instead.</summary>
    public string? ManifestList { get; init; }

    /// <summary>Manifest locations of old v1 snapshots; empty when there is a manifest list.</summary>
    public ImmutableArray<string> Manifests { get; init; } = [];

    /// <summary>What the snapshot changed, <c>operation</c> among it; empty where v1 left it out.</summary>
    public ImmutableDictionary<string, string> Summary { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>append</c>, <c>replace</c>, <c>overwrite</c> or <c>delete</c>; null where v1 left it out.</summary>
    public string? Operation => Summary.GetValueOrDefault("operation");

    /// <summary>The current schema when the snapshot was made, if recorded.</summary>
    public int? SchemaId { get; init; }

    /// <summary>v3: the first row id of the rows it added.</summary>
    public long? FirstRowId { get; init; }

    /// <summary>v3: how many row ids it took.</summary>
    public long? AddedRows { get; init; }

    /// <summary>v3: the key that encrypts the manifest list's key metadata.</summary>
    public string? KeyId { get; init; }

    public bool Equals(Snapshot? other) => other is not null
        && SnapshotId == other.SnapshotId && ParentSnapshotId == other.ParentSnapshotId && SequenceNumber == other.SequenceNumber
        && TimestampMs == other.TimestampMs && ManifestList == other.ManifestList && SchemaId == other.SchemaId
        && FirstRowId == other.FirstRowId && AddedRows == other.AddedRows && KeyId == other.KeyId
        && Manifests.AsSpan().SequenceEqual(other.Manifests.AsSpan())
        && Summary.Count == other.Summary.Count && Summary.All(entry => other.Summary.GetValueOrDefault(entry.Key) == entry.Value);

    public override int GetHashCode() => SnapshotId.GetHashCode();
}
