using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// A manifest of added files, made once for all attempts of a commit: what depends on the attempt is inherited from the manifest list. It is stored
/// when an attempt first lists it as it is, rather than merged with others.
/// </summary>
internal sealed class AddedManifest
{
    /// <summary>About the default target size of a manifest.</summary>
    private const int MaxFiles = 10_000;

    private readonly ReadOnlyMemory<byte> _content;
    private readonly ManifestFile _line;
    private readonly IReadOnlyList<AddedFile> _files;
    private string? _location;

    private AddedManifest(ReadOnlyMemory<byte> content, ManifestFile line, IReadOnlyList<AddedFile> files)
    {
        _content = content;
        _line = line;
        _files = files;
    }

    public ManifestContent Content => _line.Content;

    public int SpecId => _line.PartitionSpecId;

    public long Length => _line.ManifestLength;

    public static IEnumerable<AddedManifest> Create(TableMetadata table, IReadOnlyList<AddedFile> added, long snapshotId, long sequenceNumber)
    {
        foreach (var group in added.GroupBy(file => (file.File.SpecId, IsData: file.File.Content == FileContent.Data)))
        {
            var spec = table.FindPartitionSpec(group.Key.SpecId) ?? throw IcebergException.InvalidMetadata(
                $"Cannot add '{group.First().File.FilePath}': it is of partition spec {group.Key.SpecId}, which table '{table.Location}' does not list.");
            spec.CheckWritable(table.CurrentSchema);
            foreach (var files in group.Chunk(MaxFiles))
            {
                var writer = ManifestWriter.For(table, spec, group.Key.IsData ? ManifestContent.Data : ManifestContent.Deletes);
                AddTo(writer, files);
                var (content, line) = writer.Finish(location: "", snapshotId, sequenceNumber);
                yield return new AddedManifest(content, line, files);
            }
        }
    }

    /// <summary>Adds its files to a manifest that is made of several.</summary>
    public void AddTo(ManifestWriter writer) => AddTo(writer, _files);

    /// <summary>Stores it, unless an earlier attempt has, and gives its line in the manifest list of this attempt.</summary>
    public async Task<ManifestFile> StoreAsync(TableMetadata table, CommitFiles files, long sequenceNumber, CancellationToken cancellationToken)
    {
        if (_location is null)
        {
            var location = $"{TableMetadataFile.MetadataFolder(table)}/{files.NextManifestName()}";
            await files.WriteAsync(location, _content, isKept: true, cancellationToken);
            _location = location;
        }

        files.Use(_location);
        return _line with
        {
            ManifestPath = _location,
            SequenceNumber = sequenceNumber,
            MinSequenceNumber = _files.Min(file => file.SequenceNumber ?? sequenceNumber),
        };
    }

    private static void AddTo(ManifestWriter writer, IEnumerable<AddedFile> files)
    {
        foreach (var (file, sequenceNumber) in files)
        {
            writer.Add(file, sequenceNumber);
        }
    }
}
