using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>Which manifests are put together, so that a table of many small commits does not end up with as many manifests.</summary>
/// <param name="IsEnabled"><see cref="TableProperties.ManifestMergeEnabled"/>.</param>
/// <param name="TargetBytes"><see cref="TableProperties.ManifestTargetSizeBytes"/>.</param>
/// <param name="MinCount"><see cref="TableProperties.ManifestMinCountToMerge"/>: the newest manifests are left alone until there are so many.</param>
internal sealed record ManifestMerging(bool IsEnabled, long TargetBytes, int MinCount)
{
    public static ManifestMerging Off { get; } = new(false, 0, 0);

    public static ManifestMerging Of(TableMetadata table) => new(
        table.ReadBoolean(TableProperties.ManifestMergeEnabled, true),
        Math.Max(1, table.ReadLong(TableProperties.ManifestTargetSizeBytes, 8 << 20)),
        table.ReadInt(TableProperties.ManifestMinCountToMerge, 100));

    /// <summary>
    /// Neighbours of one partition spec, as many as go into the target size, packed from the oldest on: so only the newest bin is not full, and what is
    /// full is not written again. Order is kept within a spec.
    /// </summary>
    public IEnumerable<List<T>> Bins<T>(IReadOnlyList<T> newestFirst, Func<T, int> specOf, Func<T, long> lengthOf)
    {
        if (!IsEnabled)
        {
            return newestFirst.Select(item => new List<T> { item });
        }

        return newestFirst.GroupBy(specOf).SelectMany(group =>
        {
            var bins = Pack([.. group], lengthOf);
            return bins.SelectMany((bin, i) => i == 0 && bin.Count < MinCount ? bin.Select(item => new List<T> { item }) : [bin]);
        });
    }

    private List<List<T>> Pack<T>(List<T> newestFirst, Func<T, long> lengthOf)
    {
        var bins = new List<List<T>>();
        var bytes = 0L;
        for (var i = newestFirst.Count - 1; i >= 0; i--)
        {
            var length = lengthOf(newestFirst[i]);
            if (bins.Count == 0 || bytes + length > TargetBytes)
            {
                bins.Add([]);
                bytes = 0;
            }

            bins[^1].Add(newestFirst[i]);
            bytes += length;
        }

        bins.Reverse();
        bins.ForEach(bin => bin.Reverse());
        return bins;
    }
}
