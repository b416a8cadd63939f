using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>A sort order as DuckDB's ORDER BY, in sessions whose time zone is UTC (spec: Sorting).</summary>
internal static class SortSql
{
    /// <returns>
    /// The terms, empty for none, and whether they are all of the order: it ends before the first field that cannot be sorted by here (a transform that is
    /// not written with, a column that was dropped).
    /// </returns>
    public static (string Terms, bool IsComplete) Of(Schema schema, SortOrder order)
    {
        var terms = new List<string>();
        foreach (var field in order.Fields)
        {
            if (Value(schema, field) is not { } value)
            {
                return (string.Join(", ", terms), false);
            }

            var direction = field.Direction == SortDirection.Descending ? "DESC" : "ASC";
            terms.Add($"{value} {direction} {(field.NullOrder == NullOrder.NullsFirst ? "NULLS FIRST" : "NULLS LAST")}");
        }

        return (string.Join(", ", terms), true);
    }

    private static string? Value(Schema schema, SortField field)
    {
        if (schema.FindField(field.SourceId) is not { Type: PrimitiveType } source || field.SourceIds.Length > 1)
        {
            return null;
        }

        if (field.Transform is IdentityTransform)
        {
            return ColumnPath.Of(schema, source);
        }

        try
        {
            return PartitionSql.Value(new PartitionField(field.SourceId, PartitionSpec.LastReservedFieldId + 1, source.FullName, field.Transform), schema);
        }
        catch (IcebergException unsupported) when (unsupported.Kind == IcebergErrorKind.Unsupported)
        {
            return null;
        }
    }
}
