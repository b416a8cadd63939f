using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Scan;

/// <summary>The filter of a scan in terms of each partition spec of its table, worked out when a spec is first met. For one plan, on one thread.</summary>
internal sealed class SpecFilters
{
    private readonly BoundExpression _filter;
    private readonly Dictionary<int, SpecFilter> _bySpec = [];

    public SpecFilters(TableScan scan, BoundExpression filter)
    {
        _filter = filter;

        // Partition values must be of the types that the filter was bound to, which are those of the scan's schema.
        Table = scan.Table with { CurrentSchemaId = scan.Schema.SchemaId };
    }

    public TableMetadata Table { get; }

    /// <summary>False only when no live file of the manifest can match.</summary>
    public bool MayMatch(ManifestFile manifest) =>
        manifest.MayHaveLiveFiles && ManifestEvaluator.MayMatch(Of(manifest.PartitionSpecId).Inclusive, manifest.Partitions);

    /// <summary>False only when no row in the file's partition can match.</summary>
    public bool Matches(DataFile file)
    {
        var filter = Of(file.SpecId).Inclusive;
        return filter.IsTrue || filter.Matches(file.Partition);
    }

    public BoundExpression Residual(DataFile file) => Of(file.SpecId).Residual.ResidualFor(file.Partition);

    public PartitionSpec SpecOf(int specId) => Of(specId).Spec;

    private SpecFilter Of(int specId)
    {
        if (!_bySpec.TryGetValue(specId, out var found))
        {
            var spec = Table.FindPartitionSpec(specId) ?? throw IcebergException.InvalidMetadata(
                $"A manifest is of partition spec {specId}, which table '{Table.Location}' does not list.");
            var type = Table.PartitionType(spec);
            found = new SpecFilter(spec, PartitionProjection.Inclusive(_filter, spec, type), new ResidualEvaluator(_filter, spec, type));
            _bySpec.Add(specId, found);
        }

        return found;
    }

    private sealed record SpecFilter(PartitionSpec Spec, BoundExpression Inclusive, ResidualEvaluator Residual);
}
