using System.Collections.Immutable;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>What tells the rows of a table apart.</summary>
public static class RowKeys
{
    /// <returns>Field ids of the primary key, or of the cold table's identifier fields; null: rows have no key.</returns>
    public static ImmutableArray<int>? Of(RegisteredTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var names = table.Hot is { } hot
            ? hot.PrimaryKey
            : [.. table.Schema.IdentifierFieldIds.Select(id => table.Schema.FindField(id)!.FullName)];
        var fields = names.Select(name => table.Schema.Fields.FirstOrDefault(field => field.Name == name)).ToList();
        return fields.Count > 0 && fields.TrueForAll(field => field is not null) ? [.. fields.Select(field => field!.Id)] : null;
    }

    /// <summary>The key, or of a table without one all columns: first the one by which partitions, files and indexes find rows.</summary>
    internal static ImmutableArray<int> TieBreakerOf(RegisteredTable table) => Of(table) ??
    [
        .. table.Schema.Fields.OrderBy(field => field.Name == TimeColumnOf(table) ? 0 : 1).ThenBy(field => field.Type is PrimitiveType ? 0 : 1).Select(field => field.Id),
    ];

    private static string? TimeColumnOf(RegisteredTable table) =>
        table.Tiering?.TimeColumn ?? table.Hot?.RangePartitionColumn ?? (table.Cold?.Metadata is { } cold
            ? cold.SortOrders.FirstOrDefault(order => order.OrderId == cold.DefaultSortOrderId)?.Fields.FirstOrDefault() is { } sort
                ? cold.CurrentSchema.FindField(sort.SourceId)?.FullName
                : cold.PartitionSpecs.FirstOrDefault(spec => spec.SpecId == cold.DefaultSpecId)?.Fields.FirstOrDefault() is { } partition
                    ? cold.CurrentSchema.FindField(partition.SourceId)?.FullName
                    : null
            : null);
}
