using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// Sorts the files of manifests by partition into new manifests of the table's target size, so that a predicate over partitions opens few of them. Data and
/// delete files stay as they are, with their sequence numbers. Never in conflict with anything: it is done anew on whatever others committed.
/// </summary>
public sealed class RewriteManifests : SnapshotChange
{
    /// <summary>Of manifests that are sorted at once, in memory, where their entries take some ten times as much.</summary>
    private const long MaximumBytes = 32 << 20;

    private protected override string Operation => "replace";

    private protected override ImmutableArray<AddedFile> AddedFiles => [];

    private protected override async Task<IReadOnlyList<ManifestFile>> CombineAsync(
        TableMetadata table, SnapshotManifests manifests, IReadOnlyList<AddedManifest> added, List<ManifestFile> data, List<ManifestFile> deletes,
        CancellationToken cancellationToken)
    {
        var layouts = ManifestLayout.Of(table, data.Concat(deletes)).ToDictionary(layout => (layout.Content, layout.SpecId));
        var target = ManifestMerging.Of(table).TargetBytes;
        var result = new List<ManifestFile>();
        foreach (var group in data.Concat(deletes).GroupBy(manifest => (manifest.Content, manifest.PartitionSpecId)))
        {
            if (layouts.TryGetValue(group.Key, out var layout) && layout.IsWorthRewriting)
            {
                var spec = table.FindPartitionSpec(group.Key.PartitionSpecId)!;
                var field = ManifestLayout.ClusteringField(table, spec);
                foreach (var slice in Slices(group, field < 0 ? null : table.PartitionType(spec).Fields[field].Type, field))
                {
                    result.AddRange(await manifests.SortAsync(slice, new ByPartition(spec, field), target, cancellationToken));
                }
            }
            else
            {
                result.AddRange(group);
            }
        }

        return result;
    }

    /// <summary>As many manifests as are held in memory at once, neighbours by the clustering field together.</summary>
    private static IEnumerable<IReadOnlyList<ManifestFile>> Slices(IEnumerable<ManifestFile> manifests, IcebergType? type, int field)
    {
        var (slice, bytes) = (new List<ManifestFile>(), 0L);
        foreach (var manifest in type is null ? manifests : manifests.OrderBy(manifest => Lower(manifest, type, field), Comparer<Literal?>.Create(Nullable.Compare)))
        {
            if (slice.Count > 0 && bytes + manifest.ManifestLength > MaximumBytes)
            {
                yield return slice;
                (slice, bytes) = ([], 0);
            }

            slice.Add(manifest);
            bytes += manifest.ManifestLength;
        }

        if (slice.Count > 0)
        {
            yield return slice;
        }
    }

    private static Literal? Lower(ManifestFile manifest, IcebergType type, int field) =>
        manifest.Partitions is { } summaries && field < summaries.Length ? Bounds.Decode(type, summaries[field].LowerBound) : null;

    /// <summary>The clustering field first, then the others in their order; nulls first.</summary>
    private sealed class ByPartition(PartitionSpec spec, int first) : IComparer<DataFile>
    {
        private readonly int[] _fields = [.. Enumerable.Range(0, spec.Fields.Length).OrderBy(i => i != first)];

        public int Compare(DataFile? x, DataFile? y)
        {
            foreach (var field in _fields)
            {
                var order = Nullable.Compare(x!.Partition[field], y!.Partition[field]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }
    }
}
