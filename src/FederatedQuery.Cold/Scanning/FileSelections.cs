using System.Collections.Immutable;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;

namespace FederatedQuery.Cold.Scanning;

/// <summary>Which part of each data file a scan reads: its columns, those that equality deletes compare, and the row groups that may match.</summary>
internal sealed class FileSelections(TableScan scan, IReadOnlyList<ScanColumn> columns)
{
    private readonly ImmutableHashSet<int> _wanted = [.. columns.Select(column => column.Source?.Id).OfType<int>()];
    private readonly bool _readsPlaces = columns.Any(column => column.Metadata is MetadataValue.RowId or MetadataValue.RowPosition);

    public ColumnSelection Of(ScanTask task) => new(_wanted.Union(EqualityDeletes.In(task).SelectMany(delete => delete.File.EqualityIds).Select(ColumnOf)))
    {
        Filter = task.Residual,
        NeedsRowPositions = _readsPlaces || task.Deletes.Any(delete => delete.File.Content == FileContent.PositionDeletes),
    };

    /// <summary>The column that a field is, or is in, wherever in the table's history it is.</summary>
    private int ColumnOf(int fieldId)
    {
        var field = scan.Schema.FindField(fieldId) ?? scan.Table.Schemas.Select(schema => schema.FindField(fieldId)).FirstOrDefault(found => found is not null);
        while (field?.Parent is { } parent)
        {
            field = parent;
        }

        return field?.Id ?? fieldId;
    }
}
