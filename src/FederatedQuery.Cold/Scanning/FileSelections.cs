using System.Collections.Immutable;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning;

/// <summary>Which part of each data file a scan reads: its columns, those that equality deletes compare, and the row groups that may match.</summary>
internal sealed class FileSelections(TableScan scan, IReadOnlyList<ScanColumn> columns)
{
    private readonly ImmutableHashSet<int> _wanted = [.. columns.Select(column => column.Source?.Id).OfType<int>()];
    private readonly bool _readsPlaces = columns.Any(column => column.Metadata is MetadataValue.RowId or MetadataValue.RowPosition);

    /// <summary>What the manifest gives sizes of, each with the column that it is, or is in.</summary>
    private readonly (int Field, int Column)[] _leaves =
        [.. scan.Schema.AllFields.Where(field => field.Type is not (StructType or ListType or MapType)).Select(field => (field.Id, Top(field).Id))];

    public ColumnSelection Of(ScanTask task) => new(_wanted.Union(EqualityDeletes.In(task).SelectMany(delete => delete.File.EqualityIds).Select(ColumnOf)))
    {
        Filter = task.Residual,
        NeedsRowPositions = _readsPlaces || task.Deletes.Any(delete => delete.File.Content == FileContent.PositionDeletes),
    };

    /// <summary>
    /// The most bytes of a file that are read for the selected columns, by the manifest alone: the footer and row groups that could be left out are not known
    /// before the file is looked into. What the manifest does not say of a wanted column could be anything that it says of no other.
    /// </summary>
    public long NeededBytes(ScanTask task, ColumnSelection selection)
    {
        var file = task.File;
        if (file.ColumnSizes is not { } sizes)
        {
            return file.FileSizeInBytes;
        }

        var (known, wanted) = (0L, 0L);
        var hasAll = true;
        foreach (var (field, column) in _leaves)
        {
            var isWanted = selection.FieldIds.Contains(column);
            if (sizes.TryGetValue(field, out var bytes))
            {
                known += bytes;
                wanted += isWanted ? bytes : 0;
            }
            else
            {
                hasAll &= !isWanted;
            }
        }

        return Math.Clamp(hasAll ? wanted : file.FileSizeInBytes - known + wanted, 0, file.FileSizeInBytes);
    }

    /// <summary>The column that a field is, or is in, wherever in the table's history it is.</summary>
    private int ColumnOf(int fieldId)
    {
        var field = scan.Schema.FindField(fieldId) ?? scan.Table.Schemas.Select(schema => schema.FindField(fieldId)).FirstOrDefault(found => found is not null);
        return field is null ? fieldId : Top(field).Id;
    }

    private static SchemaField Top(SchemaField field)
    {
        while (field.Parent is { } parent)
        {
            field = parent;
        }

        return field;
    }
}
