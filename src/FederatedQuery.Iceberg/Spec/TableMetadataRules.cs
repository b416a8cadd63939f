using System.Collections.Immutable;
using System.Globalization;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>The rules between the parts of table metadata.</summary>
internal static class TableMetadataRules
{
    /// <exception cref="IcebergException">A part names another that is not there, or two contradict each other.</exception>
    public static void Check(TableMetadata metadata)
    {
        if (metadata.FindPartitionSpec(metadata.DefaultSpecId) is null)
        {
            throw Missing("default-spec-id", metadata.DefaultSpecId, "partition-specs", metadata.PartitionSpecs.Select(s => s.SpecId));
        }

        if (metadata.FindSortOrder(metadata.DefaultSortOrderId) is null)
        {
            throw Missing("default-sort-order-id", metadata.DefaultSortOrderId, "sort-orders", metadata.SortOrders.Select(o => o.OrderId));
        }

        CheckUnique("schema-id", metadata.Schemas.Select(s => (long)s.SchemaId));
        CheckUnique("spec-id", metadata.PartitionSpecs.Select(s => (long)s.SpecId));
        CheckUnique("order-id", metadata.SortOrders.Select(o => (long)o.OrderId));
        CheckUnique("snapshot-id", metadata.Snapshots.Select(s => s.SnapshotId));
        CheckSnapshots(metadata);
    }

    /// <exception cref="IcebergException">The current schema is not listed.</exception>
    public static void CheckCurrentSchema(ImmutableArray<Schema> schemas, int currentSchemaId)
    {
        if (schemas.All(schema => schema.SchemaId != currentSchemaId))
        {
            throw Missing("current-schema-id", currentSchemaId, "schemas", schemas.Select(s => s.SchemaId));
        }
    }

    private static void CheckSnapshots(TableMetadata metadata)
    {
        var ids = metadata.Snapshots.Select(s => s.SnapshotId).ToHashSet();
        if (metadata.CurrentSnapshotId is { } current && !ids.Contains(current))
        {
            throw IcebergException.InvalidMetadata($"Table metadata has 'current-snapshot-id' {current}, which is not among its 'snapshots'.");
        }

        if (metadata.Refs.TryGetValue(SnapshotRef.MainBranch, out var main)
            && (main.SnapshotId != metadata.CurrentSnapshotId || main.Type != SnapshotRefType.Branch))
        {
            throw IcebergException.InvalidMetadata(
                $"The reference 'main' is a {main.Type.ToString().ToLowerInvariant()} at snapshot {main.SnapshotId}; it must be a branch at the "
                + $"current snapshot, {metadata.CurrentSnapshotId?.ToString(CultureInfo.InvariantCulture) ?? "none"}.");
        }

        foreach (var (name, reference) in metadata.Refs)
        {
            if (!ids.Contains(reference.SnapshotId))
            {
                throw IcebergException.InvalidMetadata(
                    $"The reference '{name}' points to snapshot {reference.SnapshotId}, which is not among the 'snapshots' of "
                    + "the table metadata.");
            }
        }

        foreach (var snapshot in metadata.Snapshots.Where(s => s.SequenceNumber > metadata.LastSequenceNumber))
        {
            throw IcebergException.InvalidMetadata(
                $"Snapshot {snapshot.SnapshotId} has the sequence number {snapshot.SequenceNumber}, above the table's 'last-sequence-number' "
                + $"{metadata.LastSequenceNumber}.");
        }
    }

    private static void CheckUnique(string name, IEnumerable<long> ids)
    {
        var seen = new HashSet<long>();
        foreach (var id in ids)
        {
            if (!seen.Add(id))
            {
                throw IcebergException.InvalidMetadata($"Table metadata has the '{name}' {id} twice.");
            }
        }
    }

    private static IcebergException Missing(string name, int id, string list, IEnumerable<int> present) =>
        IcebergException.InvalidMetadata($"Table metadata has '{name}' {id}, which is not among its '{list}' ({string.Join(", ", present)}).");
}
