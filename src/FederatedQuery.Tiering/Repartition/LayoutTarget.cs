using FederatedQuery.Cold.Writing;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>A layout with the ids under which a table's metadata lists it, or would.</summary>
internal sealed record LayoutTarget(TableLayout Layout, PartitionSpec Spec, SortOrder Order)
{
    /// <exception cref="IcebergException">InvalidMetadata: the table cannot be laid out so.</exception>
    public static LayoutTarget Of(TableMetadata table, TableLayout layout)
    {
        var laidOut = table.WithDefaultPartitionSpec(ColdLayout.SpecOf(table.CurrentSchema, layout.Fields))
            .WithDefaultSortOrder(ColdLayout.OrderOf(layout.Fields));
        return new LayoutTarget(layout, laidOut.DefaultSpec, laidOut.DefaultSortOrder);
    }

    public bool IsDefaultOf(TableMetadata table) => table.DefaultSpecId == Spec.SpecId && table.DefaultSortOrderId == Order.OrderId;

    /// <summary>Makes the layout the table's, for files that were written under these ids.</summary>
    /// <exception cref="IcebergException">ValidationFailed: others have used the ids for layouts of their own meanwhile.</exception>
    public TableMetadata Apply(TableMetadata table)
    {
        var laidOut = table.WithDefaultPartitionSpec(Spec).WithDefaultSortOrder(Order);
        return IsDefaultOf(laidOut)
            ? laidOut
            : throw new IcebergException(
                IcebergErrorKind.ValidationFailed,
                $"Table '{table.Location}' has been given another partition spec or sort order meanwhile, so that {Spec.SpecId} and {Order.OrderId}, which files were written under, would be the ids of others. Plan the change again.");
    }
}
