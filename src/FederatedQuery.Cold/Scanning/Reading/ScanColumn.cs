using FederatedQuery.DuckDb.Types;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>A column that a scan gives.</summary>
/// <param name="Name">As DuckDB calls it.</param>
/// <param name="Type">As which it is given.</param>
/// <param name="Source">The table's column; null: it has none, all rows are null there.</param>
internal sealed record ScanColumn(string Name, DuckDBLogicalType Type, NestedField? Source)
{
    /// <summary>How values are made that the files do not hold.</summary>
    public RowLineage Lineage => Source?.Id switch
    {
        { } id when id == MetadataColumns.RowId.Id => RowLineage.RowId,
        { } id when id == MetadataColumns.LastUpdatedSequenceNumber.Id => RowLineage.LastUpdatedSequenceNumber,
        _ => RowLineage.None,
    };
}

internal enum RowLineage
{
    None,
    RowId,
    LastUpdatedSequenceNumber,
}
