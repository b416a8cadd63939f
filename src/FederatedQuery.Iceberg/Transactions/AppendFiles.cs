using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// Adds data files in a new snapshot, as a fast append: one new manifest per partition spec, put before the manifests there are (spec: Snapshots).
/// </summary>
public sealed class AppendFiles : TableChange
{
    private readonly ImmutableArray<DataFile> _files;
    private readonly ImmutableDictionary<string, string> _properties;
    private readonly string _branch;
    private List<ManifestFile>? _added;

    /// <param name="files">Data files that are in place already and complete. Their locations must be new to the table.</param>
    /// <param name="properties">Further entries for the snapshot's summary, such as the id of the job that made it; null for none.</param>
    /// <param name="branch">The branch that moves on to the new snapshot.</param>
    /// <exception cref="IcebergException">InvalidMetadata: a location is given twice, or a file is no data file.</exception>
    public AppendFiles(
        ImmutableArray<DataFile> files, IReadOnlyDictionary<string, string>? properties = null, string branch = SnapshotRef.MainBranch)
    {
        var locations = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (file.Content != FileContent.Data || !locations.Add(file.FilePath))
            {
                throw IcebergException.InvalidMetadata(
                    $"Cannot append '{file.FilePath}': {(file.Content == FileContent.Data ? "it is listed twice" : $"it holds {file.Content}, not data")}.");
            }
        }

        _files = files;
        _properties = properties?.ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty;
        _branch = branch;
    }

    /// <summary>The id of the snapshot, the same in all attempts; 0 before the first. By it a commit whose answer was lost can be found.</summary>
    public long SnapshotId { get; private set; }

    internal override async Task<TableMetadata> ApplyAsync(TableMetadata table, CommitFiles files, CancellationToken cancellationToken)
    {
        if (table.FormatVersion != 2)
        {
            throw IcebergException.Unsupported(
                $"Table '{table.Location}' is of format version {table.FormatVersion}; data is appended to tables of version 2.");
        }

        if (SnapshotId == 0)
        {
            SnapshotId = NewSnapshotId(table);
        }

        var parent = table.FindSnapshot(_branch);
        var sequenceNumber = table.LastSequenceNumber + 1;
        _added ??= await WriteManifestsAsync(table, files, sequenceNumber, cancellationToken);
        var added = _added.Select(manifest => manifest with { SequenceNumber = sequenceNumber, MinSequenceNumber = sequenceNumber });
        var manifests = added.Concat(await KeptManifestsAsync(table, parent, files, cancellationToken)).ToList();

        var listLocation = string.Create(
            CultureInfo.InvariantCulture, $"{TableMetadataFile.MetadataFolder(table)}/snap-{SnapshotId}-{files.Attempt}-{files.CommitId:D}.avro");
        var list = ManifestListWriter.Write(manifests, SnapshotId, parent?.SnapshotId, sequenceNumber);
        await files.WriteAsync(listLocation, list, isKept: false, cancellationToken);

        // A clock that runs behind must not put the snapshot before its parent: time travel goes by these times.
        var timestampMs = Math.Max(files.NowMs, table.LastUpdatedMs);
        var snapshot = new Snapshot
        {
            SnapshotId = SnapshotId,
            ParentSnapshotId = parent?.SnapshotId,
            SequenceNumber = sequenceNumber,
            TimestampMs = timestampMs,
            ManifestList = listLocation,
            Summary = SnapshotSummary.OfAppend(parent, _files, _properties),
            SchemaId = table.CurrentSchemaId,
        };
        var reference = table.Refs.TryGetValue(_branch, out var existing) ? existing with { SnapshotId = SnapshotId } : SnapshotRef.Branch(SnapshotId);
        return table.WithSnapshot(snapshot).WithRef(_branch, reference, timestampMs);
    }

    private async Task<List<ManifestFile>> WriteManifestsAsync(
        TableMetadata table, CommitFiles files, long sequenceNumber, CancellationToken cancellationToken)
    {
        var manifests = new List<ManifestFile>();
        foreach (var group in _files.GroupBy(file => file.SpecId))
        {
            var spec = table.FindPartitionSpec(group.Key) ?? throw IcebergException.InvalidMetadata(
                $"Cannot append '{group.First().FilePath}': it is of partition spec {group.Key}, which table '{table.Location}' does not list.");
            var writer = new ManifestWriter(table.CurrentSchema, spec, table.PartitionType(spec), ManifestContent.Data);
            foreach (var file in group)
            {
                writer.Add(file);
            }

            var location = $"{TableMetadataFile.MetadataFolder(table)}/{files.NextManifestName()}";
            var (content, manifest) = writer.Finish(location, SnapshotId, sequenceNumber);
            await files.WriteAsync(location, content, isKept: true, cancellationToken);
            manifests.Add(manifest);
        }

        return manifests;
    }

    /// <summary>The parent's manifests but for those without live files, with the counts that a manifest from v1 may lack.</summary>
    private static async Task<List<ManifestFile>> KeptManifestsAsync(
        TableMetadata table, Snapshot? parent, CommitFiles files, CancellationToken cancellationToken)
    {
        var kept = new List<ManifestFile>();
        foreach (var manifest in parent is null ? [] : await files.Manifests.GetManifestsAsync(parent, cancellationToken))
        {
            if (manifest.MayHaveLiveFiles)
            {
                kept.Add(manifest is { AddedRowsCount: not null, ExistingRowsCount: not null, DeletedRowsCount: not null, AddedFilesCount: not null, ExistingFilesCount: not null, DeletedFilesCount: not null }
                    ? manifest
                    : Count(manifest, await files.Manifests.GetEntriesAsync(table, manifest, cancellationToken)));
            }
        }

        return kept;
    }

    private static ManifestFile Count(ManifestFile manifest, ImmutableArray<ManifestEntry> entries)
    {
        var byStatus = entries.ToLookup(entry => entry.Status, entry => entry.DataFile.RecordCount);
        return manifest with
        {
            AddedFilesCount = byStatus[ManifestEntryStatus.Added].Count(),
            ExistingFilesCount = byStatus[ManifestEntryStatus.Existing].Count(),
            DeletedFilesCount = byStatus[ManifestEntryStatus.Deleted].Count(),
            AddedRowsCount = byStatus[ManifestEntryStatus.Added].Sum(),
            ExistingRowsCount = byStatus[ManifestEntryStatus.Existing].Sum(),
            DeletedRowsCount = byStatus[ManifestEntryStatus.Deleted].Sum(),
        };
    }

    private static long NewSnapshotId(TableMetadata table)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        long id;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            id = BitConverter.ToInt64(bytes) & long.MaxValue;
        }
        while (id == 0 || table.FindSnapshot(id) is not null);

        return id;
    }
}
