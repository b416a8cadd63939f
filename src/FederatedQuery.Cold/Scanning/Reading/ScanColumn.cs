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
    public MetadataValue Metadata => Source?.Id switch
    {
        { } id when id == MetadataColumns.RowId.Id => MetadataValue.RowId,
        { } id when id == MetadataColumns.LastUpdatedSequenceNumber.Id => MetadataValue.LastUpdatedSequenceNumber,
        { } id when id == MetadataColumns.FilePath.Id => MetadataValue.FilePath,
        { } id when id == MetadataColumns.RowPosition.Id => MetadataValue.RowPosition,
        _ => MetadataValue.None,
    };
}

internal enum MetadataValue
{
    None,
    RowId,
    LastUpdatedSequenceNumber,
    FilePath,
    RowPosition,
}
