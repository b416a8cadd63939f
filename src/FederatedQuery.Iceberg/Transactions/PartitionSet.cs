using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>The partitions that some files lie in, each with its partition spec.</summary>
internal sealed class PartitionSet
{
    /// <summary>With more, comparing each with the summary of a manifest costs more than reading the manifest.</summary>
    private const int MaxCompared = 1_000;

    private readonly TableMetadata _table;
    private readonly Dictionary<int, HashSet<PartitionData>> _bySpec = [];

    public PartitionSet(TableMetadata table, IReadOnlyCollection<DataFile> files)
    {
        _table = table;
        foreach (var file in files)
        {
            if (!_bySpec.TryGetValue(file.SpecId, out var partitions))
            {
                _bySpec.Add(file.SpecId, partitions = []);
            }

            partitions.Add(file.Partition);
        }
    }

    public bool Contains(DataFile file) => _bySpec.TryGetValue(file.SpecId, out var partitions) && partitions.Contains(file.Partition);

    /// <summary>Equality deletes of an unpartitioned spec apply to the whole table.</summary>
    public bool IsGlobal(DataFile deleteFile) =>
        deleteFile.Content == FileContent.EqualityDeletes && _table.FindPartitionSpec(deleteFile.SpecId)?.IsUnpartitioned != false;

    /// <summary>False only when no file of the manifest is of one of the partitions.</summary>
    public bool MayBeIn(ManifestFile manifest)
    {
        if (!_bySpec.TryGetValue(manifest.PartitionSpecId, out var partitions))
        {
            return false;
        }

        if (manifest.Partitions is not { } summaries || partitions.Count > MaxCompared || _table.FindPartitionSpec(manifest.PartitionSpecId) is not { } spec)
        {
            return true;
        }

        var fields = _table.PartitionType(spec).Fields;
        var bounds = summaries.Zip(fields, (summary, field) => new Range(
            summary, Bounds.Decode(field.Type, summary.LowerBound), Bounds.Decode(field.Type, summary.UpperBound))).ToArray();
        return partitions.Any(partition => bounds.Length > partition.Values.Length || bounds.Select((range, i) => range.MayHold(partition[i])).All(may => may));
    }

    private readonly record struct Range(PartitionFieldSummary Summary, Literal? Lower, Literal? Upper)
    {
        public bool MayHold(Literal? value) => value switch
        {
            null => Summary.ContainsNull,
            { IsNaN: true } => Summary.ContainsNaN is not false,
            { } present => (Lower is not { } lower || BoundPredicates.Compare(lower, present) <= 0)
                && (Upper is not { } upper || BoundPredicates.Compare(upper, present) >= 0),
        };
    }
}
