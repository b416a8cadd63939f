using System.Collections.Immutable;
using System.Text;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Scan;

/// <summary>Finds the deletes of a data file by the scope rules of the specification (Scan Planning).</summary>
internal sealed class DeleteFileIndex
{
    private readonly LocationMap _locations;
    private readonly Dictionary<string, List<DeleteFile>> _vectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DeleteFile>> _positionByPath = new(StringComparer.Ordinal);
    private readonly Dictionary<(int SpecId, PartitionData Partition), List<DeleteFile>> _positionByPartition = [];
    private readonly Dictionary<(int SpecId, PartitionData Partition), List<DeleteFile>> _equalityByPartition = [];
    private readonly List<DeleteFile> _equalityGlobal = [];
    private readonly bool _isEmpty = true;

    /// <param name="entries">Live entries of delete manifests.</param>
    /// <param name="table">For its partition specs.</param>
    /// <param name="locations">Makes locations comparable: a delete may name its data file with another scheme or prefix than the manifest does.</param>
    public DeleteFileIndex(IEnumerable<ManifestEntry> entries, TableMetadata table, LocationMap locations)
    {
        _locations = locations;
        foreach (var entry in entries)
        {
            _isEmpty = false;
            var file = entry.DataFile;
            var delete = new DeleteFile(file, entry.SequenceNumber);
            switch (file.Content)
            {
                case FileContent.PositionDeletes when file.IsDeletionVector:
                    var target = file.ReferencedDataFile ?? throw new IcebergException(
                        IcebergErrorKind.InvalidFile, $"The deletion vector in '{file.FilePath}' at {file.ContentOffset} names no data file ('referenced_data_file').");
                    Add(_vectors, locations.Apply(target), delete);
                    break;
                case FileContent.PositionDeletes when file.ReferencedDataFile is { } path:
                    Add(_positionByPath, locations.Apply(path), delete);
                    break;
                case FileContent.PositionDeletes:
                    Add(_positionByPartition, (file.SpecId, file.Partition), delete);
                    break;
                case FileContent.EqualityDeletes when table.FindPartitionSpec(file.SpecId)!.IsUnpartitioned:
                    _equalityGlobal.Add(delete);
                    break;
                case FileContent.EqualityDeletes:
                    Add(_equalityByPartition, (file.SpecId, file.Partition), delete);
                    break;
                default:
                    throw new IcebergException(IcebergErrorKind.InvalidFile, $"The delete manifest of '{file.FilePath}' lists it as a data file.");
            }
        }
    }

    public static DeleteFileIndex Empty(TableMetadata table, LocationMap locations) => new([], table, locations);

    /// <summary>A deletion vector or position deletes, then equality deletes; each oldest first.</summary>
    public ImmutableArray<DeleteFile> DeletesFor(DataFile file, long sequenceNumber)
    {
        if (_isEmpty)
        {
            return [];
        }

        var key = (file.SpecId, file.Partition);
        var path = _vectors.Count + _positionByPath.Count > 0 ? _locations.Apply(file.FilePath) : "";
        var positions = Find(_vectors, path)
            .Where(delete => sequenceNumber <= delete.SequenceNumber && IsSamePartition(delete, file))
            .ToList();
        if (positions.Count == 0)
        {
            // A deletion vector holds all that position deletes before it said, so these count only where there is none.
            positions = [.. Find(_positionByPath, path).Where(delete => IsSamePartition(delete, file))
                .Concat(Find(_positionByPartition, key).Where(delete => MayNameFile(delete.File, file.FilePath)))
                .Where(delete => sequenceNumber <= delete.SequenceNumber)];
        }

        var equality = _equalityGlobal.Concat(Find(_equalityByPartition, key)).Where(delete => sequenceNumber < delete.SequenceNumber);
        return [.. positions.OrderBy(delete => delete.SequenceNumber), .. equality.OrderBy(delete => delete.SequenceNumber)];
    }

    private static bool IsSamePartition(DeleteFile delete, DataFile file) =>
        delete.File.SpecId == file.SpecId && delete.File.Partition.Equals(file.Partition);

    /// <summary>
    /// By the bounds of the delete file's paths. Where it writes paths with another scheme or host than the manifest does, or the table was moved, its bounds say
    /// nothing; the reader of the file decides then.
    /// </summary>
    private bool MayNameFile(DataFile delete, string path)
    {
        var id = MetadataColumns.DeleteFilePath.Id;
        if (delete.LowerBounds is null || !delete.LowerBounds.TryGetValue(id, out var lower)
            || delete.UpperBounds is null || !delete.UpperBounds.TryGetValue(id, out var upper))
        {
            return true;
        }

        var bytes = Encoding.UTF8.GetBytes(path);
        if (lower.Span.SequenceCompareTo(bytes) <= 0 && upper.Span.SequenceCompareTo(bytes) >= 0)
        {
            return true;
        }

        var (first, last) = (Encoding.UTF8.GetString(lower.Span), Encoding.UTF8.GetString(upper.Span));
        var root = RootOf(path);
        return !_locations.IsEmpty || !first.StartsWith(root, StringComparison.Ordinal) || !last.StartsWith(root, StringComparison.Ordinal);
    }

    /// <summary><c>s3://bucket/</c> of <c>s3://bucket/a/b</c>, <c>file:/</c> of <c>file:/a</c>, <c>/</c> of <c>/a</c>.</summary>
    private static string RootOf(string path)
    {
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        var slash = path.IndexOf('/', scheme < 0 ? 0 : scheme + 3);
        return slash < 0 ? "" : path[..(slash + 1)];
    }

    private static void Add<TKey>(Dictionary<TKey, List<DeleteFile>> index, TKey key, DeleteFile delete)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var list))
        {
            index.Add(key, list = []);
        }

        list.Add(delete);
    }

    private static List<DeleteFile> Find<TKey>(Dictionary<TKey, List<DeleteFile>> index, TKey key)
        where TKey : notnull => index.TryGetValue(key, out var list) ? list : [];
}
