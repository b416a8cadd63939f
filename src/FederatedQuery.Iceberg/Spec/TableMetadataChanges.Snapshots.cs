namespace FederatedQuery.Iceberg.Spec;

public static partial class TableMetadataChanges
{
    /// <summary>Lists a snapshot; no reference points to it yet. See <see cref="WithRef"/>.</summary>
    /// <exception cref="IcebergException">
    /// The id is taken, the sequence number is not the next, a required part is missing, or its parent is not listed.
    /// </exception>
    public static TableMetadata WithSnapshot(this TableMetadata metadata, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(snapshot);
        var problem = snapshot switch
        {
            _ when metadata.FormatVersion < 2 => "the table is of format version 1, which is not written; upgrade it first",
            _ when metadata.FindSnapshot(snapshot.SnapshotId) is not null => "the table has a snapshot of that id already",
            _ when snapshot.SequenceNumber <= metadata.LastSequenceNumber =>
                $"its sequence number is {snapshot.SequenceNumber}, not above the table's last one, {metadata.LastSequenceNumber}",
            { ManifestList: null } => "it has no manifest list",
            { Operation: null } => "its summary has no operation",
            { SchemaId: { } id } when metadata.FindSchema(id) is null => $"the table has no schema {id}",
            { ParentSnapshotId: { } id } when metadata.FindSnapshot(id) is null => $"its parent {id} is not a snapshot of the table",
            { FirstRowId: null } or { AddedRows: null } when metadata.FormatVersion >= 3 => "format version 3 needs its first row id and its count of added rows",
            { FirstRowId: { } first } when metadata.NextRowId is { } next && first < next => $"its first row id {first} is below the table's next row id {next}",
            _ => null,
        };
        if (problem is not null)
        {
            throw IcebergException.InvalidMetadata($"Cannot add snapshot {snapshot.SnapshotId} to table '{metadata.Location}': {problem}.");
        }

        return metadata with
        {
            Snapshots = metadata.Snapshots.Add(snapshot),
            LastSequenceNumber = snapshot.SequenceNumber,
            LastUpdatedMs = Math.Max(metadata.LastUpdatedMs, snapshot.TimestampMs),
            NextRowId = metadata.NextRowId is null ? null : snapshot.FirstRowId + snapshot.AddedRows,
        };
    }

    /// <summary>
    /// Creates or moves a branch or tag. For <c>main</c> the snapshot becomes the current one, and the snapshot log says since when:
    /// <paramref name="nowMs"/>, or the time of the snapshot if that is later.
    /// </summary>
    /// <exception cref="IcebergException">No such snapshot, limits that do not suit the type, or a branch and a tag of one name.</exception>
    public static TableMetadata WithRef(this TableMetadata metadata, string name, SnapshotRef reference, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(reference);
        var target = metadata.FindSnapshot(reference.SnapshotId);
        var isMain = name == SnapshotRef.MainBranch;
        var problem = reference switch
        {
            _ when target is null => $"the table has no snapshot {reference.SnapshotId}",
            { Type: SnapshotRefType.Tag } when isMain => "it must be a branch",
            { MaxRefAgeMs: not null } when isMain => "it never expires, so it takes no 'max-ref-age-ms'",
            { Type: SnapshotRefType.Tag, MinSnapshotsToKeep: not null } or { Type: SnapshotRefType.Tag, MaxSnapshotAgeMs: not null } =>
                "a tag takes neither 'min-snapshots-to-keep' nor 'max-snapshot-age-ms'",
            { MinSnapshotsToKeep: <= 0 } or { MaxSnapshotAgeMs: <= 0 } or { MaxRefAgeMs: <= 0 } => "its limits must be positive",
            _ when metadata.Refs.TryGetValue(name, out var old) && old.Type != reference.Type => $"it is a {old.Type.ToString().ToLowerInvariant()} already",
            _ => null,
        };
        if (problem is not null)
        {
            throw IcebergException.InvalidMetadata($"Cannot set the reference '{name}' of table '{metadata.Location}': {problem}.");
        }

        var changed = metadata with { Refs = metadata.Refs.SetItem(name, reference) };
        if (!isMain || metadata.CurrentSnapshotId == reference.SnapshotId)
        {
            return changed;
        }

        var since = Math.Max(nowMs, target!.TimestampMs);
        return changed with
        {
            CurrentSnapshotId = reference.SnapshotId,
            LastUpdatedMs = Math.Max(metadata.LastUpdatedMs, since),
            SnapshotLog = metadata.SnapshotLog.Add(new SnapshotLogEntry(since, reference.SnapshotId)),
        };
    }

    /// <summary>Drops a branch or tag; its snapshots stay until they are expired. Without <c>main</c> the table has no rows.</summary>
    public static TableMetadata WithoutRef(this TableMetadata metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var changed = metadata with { Refs = metadata.Refs.Remove(name) };
        return name == SnapshotRef.MainBranch ? changed with { CurrentSnapshotId = null, SnapshotLog = [] } : changed;
    }

    /// <summary>
    /// Expires snapshots: they and their statistics are dropped, and with them every snapshot log entry up to the last one that names
    /// an expired snapshot, so that time travel never lands on a gap.
    /// </summary>
    /// <exception cref="IcebergException">A reference points to one of them.</exception>
    public static TableMetadata WithoutSnapshots(this TableMetadata metadata, IReadOnlyCollection<long> snapshotIds)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(snapshotIds);
        var expired = snapshotIds.ToHashSet();
        foreach (var (name, reference) in metadata.Refs)
        {
            if (expired.Contains(reference.SnapshotId))
            {
                throw IcebergException.InvalidMetadata(
                    $"Cannot expire snapshot {reference.SnapshotId} of table '{metadata.Location}': the reference '{name}' points to it.");
            }
        }

        var firstKept = metadata.SnapshotLog.Length;
        while (firstKept > 0 && !expired.Contains(metadata.SnapshotLog[firstKept - 1].SnapshotId))
        {
            firstKept--;
        }

        return metadata with
        {
            Snapshots = metadata.Snapshots.RemoveAll(s => expired.Contains(s.SnapshotId)),
            SnapshotLog = [.. metadata.SnapshotLog.Skip(firstKept)],
            Statistics = metadata.Statistics.RemoveAll(s => expired.Contains(s.SnapshotId)),
            PartitionStatistics = metadata.PartitionStatistics.RemoveAll(s => expired.Contains(s.SnapshotId)),
        };
    }
}
