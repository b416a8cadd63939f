using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>How the files of one kind and partition spec are spread over manifests, as far as a manifest list tells.</summary>
/// <param name="Count">Manifests.</param>
/// <param name="Expected">As many as their length fills.</param>
/// <param name="Covering">
/// How many of them a predicate over one value of the clustering field opens, on average; 1 where nothing tells partitions apart. See <see cref="ClusteringField"/>.
/// </param>
public sealed record ManifestLayout(ManifestContent Content, int SpecId, int Count, int Expected, double Covering)
{
    /// <summary>A few manifests more than needed cost a reader little, and every commit adds one.</summary>
    private const int MaximumExtra = 8;

    /// <summary>Neighbours share the partition in which one ends and the next begins.</summary>
    private const double MaximumCovering = 3;

    /// <summary>Whether readers would open clearly fewer manifests if the files were sorted into new ones.</summary>
    public bool IsWorthRewriting => Count > Expected + MaximumExtra || (Covering > MaximumCovering && Covering > 1.5 * CoveringAfter);

    /// <summary>When all are sorted by the clustering field, few cover one value; when there are few at all, no more than these.</summary>
    private double CoveringAfter => Math.Min(2, Expected);

    /// <summary>The layouts of a snapshot's manifests.</summary>
    /// <param name="table">Whose specs they are of.</param>
    /// <param name="manifests">Of one snapshot.</param>
    public static IReadOnlyList<ManifestLayout> Of(TableMetadata table, IEnumerable<ManifestFile> manifests)
    {
        ArgumentNullException.ThrowIfNull(table);
        var target = ManifestMerging.Of(table).TargetBytes;
        return [.. manifests.Where(manifest => manifest.MayHaveLiveFiles).GroupBy(manifest => (manifest.Content, manifest.PartitionSpecId)).Select(group =>
        {
            var all = group.ToList();
            var expected = (int)Math.Max(1, Math.Ceiling((double)all.Sum(manifest => manifest.ManifestLength) / target));
            return new ManifestLayout(group.Key.Content, group.Key.PartitionSpecId, all.Count, expected, CoveringOf(table, table.FindPartitionSpec(group.Key.PartitionSpecId)!, all));
        })];
    }

    /// <summary>
    /// The field that files are clustered by first: one of time where there is one, since most predicates are over that; else the first that tells partitions
    /// apart; -1 for none.
    /// </summary>
    internal static int ClusteringField(TableMetadata table, PartitionSpec spec)
    {
        var type = table.PartitionType(spec);
        var candidates = Enumerable.Range(0, spec.Fields.Length).Where(i => spec.Fields[i].Transform is not VoidTransform && type.Fields[i].Type is PrimitiveType).ToList();
        return candidates.Count == 0
            ? -1
            : candidates.Where(i => spec.Fields[i].Transform is DayTransform or HourTransform or MonthTransform or YearTransform
                || type.Fields[i].Type is DateType or TimestampType or TimestamptzType).Concat(candidates).First();
    }

    /// <summary>Over the values at which manifests begin: how many others hold them too.</summary>
    private static double CoveringOf(TableMetadata table, PartitionSpec spec, List<ManifestFile> manifests)
    {
        var field = ClusteringField(table, spec);
        if (field < 0)
        {
            return 1;
        }

        var type = table.PartitionType(spec).Fields[field].Type;
        var ranges = manifests
            .Select(manifest => manifest.Partitions is { } summaries && field < summaries.Length
                && Bounds.Decode(type, summaries[field].LowerBound) is { } lower && Bounds.Decode(type, summaries[field].UpperBound) is { } upper
                    ? (Lower: lower, Upper: upper)
                    : ((Literal Lower, Literal Upper)?)null)
            .OfType<(Literal Lower, Literal Upper)>()
            .ToList();
        if (ranges.Count == 0)
        {
            return 1;
        }

        var lowers = ranges.Select(range => range.Lower).Order().ToArray();
        var uppers = ranges.Select(range => range.Upper).Order().ToArray();
        return lowers.Average(value => CountBelow(lowers, value, orEqual: true) - CountBelow(uppers, value, orEqual: false));
    }

    private static int CountBelow(Literal[] sorted, Literal value, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = sorted[middle].CompareTo(value);
            if (order < 0 || (orEqual && order == 0))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
