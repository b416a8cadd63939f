using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Which snapshots a table no longer keeps (spec: Snapshot Retention Policy). A change of metadata alone: files that no snapshot needs any more are
/// found by comparing what the states before and after refer to.
/// </summary>
public static class SnapshotExpiry
{
    private const long DefaultMaxSnapshotAgeMs = 5L * 24 * 60 * 60 * 1000;

    /// <summary>Drops references and snapshots that have expired.</summary>
    /// <param name="table">The table.</param>
    /// <param name="nowMs">The time ages are counted from.</param>
    /// <param name="maxSnapshotAgeMs">In place of the table's property <c>history.expire.max-snapshot-age-ms</c>.</param>
    /// <param name="minSnapshotsToKeep">In place of the table's property <c>history.expire.min-snapshots-to-keep</c>.</param>
    /// <param name="needed">Snapshots that stay whatever their age; null: none.</param>
    public static TableMetadata WithoutExpired(
        this TableMetadata table, long nowMs, long? maxSnapshotAgeMs = null, int? minSnapshotsToKeep = null, IReadOnlySet<long>? needed = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var maxRefAge = table.ReadLong(TableProperties.MaxRefAgeMs, long.MaxValue);
        foreach (var (name, reference) in table.Refs)
        {
            if (name != SnapshotRef.MainBranch && AgeOf(table.FindSnapshot(reference.SnapshotId)!, nowMs) > (reference.MaxRefAgeMs ?? maxRefAge))
            {
                table = table.WithoutRef(name);
            }
        }

        var maxAge = maxSnapshotAgeMs ?? table.ReadLong(TableProperties.MaxSnapshotAgeMs, DefaultMaxSnapshotAgeMs);
        var minKept = Math.Max(1, minSnapshotsToKeep ?? table.ReadInt(TableProperties.MinSnapshotsToKeep, 1));
        var kept = new HashSet<long>(needed ?? ImmutableHashSet<long>.Empty);
        foreach (var reference in table.Refs.Values)
        {
            kept.Add(reference.SnapshotId);
            if (reference.Type == SnapshotRefType.Branch)
            {
                var (age, count) = (reference.MaxSnapshotAgeMs ?? maxAge, reference.MinSnapshotsToKeep ?? minKept);
                kept.UnionWith(table.AncestorsOf(reference.SnapshotId)
                    .TakeWhile((snapshot, i) => i < count || AgeOf(snapshot, nowMs) <= age)
                    .Select(snapshot => snapshot.SnapshotId));
            }
        }

        // Without a reference: staged for review, or left behind when one was dropped. They go by age alone.
        var reachable = table.Refs.Values.SelectMany(reference => table.AncestorsOf(reference.SnapshotId)).Select(snapshot => snapshot.SnapshotId).ToHashSet();
        ImmutableArray<long> expired =
        [
            .. table.Snapshots
                .Where(snapshot => !kept.Contains(snapshot.SnapshotId) && (AgeOf(snapshot, nowMs) > maxAge || reachable.Contains(snapshot.SnapshotId)))
                .Select(snapshot => snapshot.SnapshotId),
        ];
        return expired.IsEmpty ? table : table.WithoutSnapshots(expired);
    }

    /// <summary>
    /// The snapshots that a branch pointed to at any time since a moment, as far as they are listed: what readers that began
    /// since then may be reading, however old it is.
    /// </summary>
    public static IReadOnlySet<long> SnapshotsReadSince(this TableMetadata table, long sinceMs)
    {
        ArgumentNullException.ThrowIfNull(table);
        var read = new HashSet<long>();
        var log = table.SnapshotLog;
        read.UnionWith(log.Where((_, i) => i == log.Length - 1 || log[i + 1].TimestampMs > sinceMs).Select(entry => entry.SnapshotId));
        foreach (var branch in table.Refs.Values.Where(reference => reference.Type == SnapshotRefType.Branch))
        {
            var next = long.MaxValue;
            foreach (var snapshot in table.AncestorsOf(branch.SnapshotId).TakeWhile(_ => next > sinceMs))
            {
                read.Add(snapshot.SnapshotId);
                next = snapshot.TimestampMs;
            }
        }

        return read;
    }

    private static long AgeOf(Snapshot snapshot, long nowMs) => nowMs - snapshot.TimestampMs;
}
