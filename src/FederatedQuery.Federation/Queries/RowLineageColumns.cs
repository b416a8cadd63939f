using FederatedQuery.Federation.Sql;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Queries;

/// <summary>
/// The columns of row lineage, which every table of format version 3 has beside its own: <c>_row_id</c> and <c>_last_updated_sequence_number</c>. They are
/// there for statements that name one of them, and <c>*</c> holds both then; in others they would be columns that nobody asked for.
/// </summary>
internal static class RowLineageColumns
{
    private const int FirstVersion = 3;

    private static readonly NestedField[] Lineage = [MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber];

    /// <summary>The columns of the scan, followed by those of row lineage where the statement names one.</summary>
    public static IReadOnlyList<NestedField> Add(TableScan scan, SqlStatement statement)
    {
        var fields = scan.Schema.Fields;
        return scan.Table.FormatVersion >= FirstVersion && IsNamed(statement) && !fields.Any(field => Lineage.Any(column => column.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)))
            ? [.. fields, .. Lineage]
            : fields;
    }

    private static bool IsNamed(SqlStatement statement) => statement.Tree.SelfAndDescendants()
        .Where(node => node.IsColumnReference())
        .Any(node => node.ColumnNames() is [.., var name] && Lineage.Any(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
}
