using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// A change that makes a snapshot (spec: Snapshots): files leave the table, files come into it, and what others committed meanwhile is checked. The
/// subclass says which; manifests, manifest list, summary and references are made here.
/// </summary>
public abstract class SnapshotChange : TableChange
{
    private List<AddedManifest>? _added;

    private protected SnapshotChange()
    {
    }

    /// <summary>Further entries for the snapshot's summary, such as the id of the job that made it.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The branch that moves on to the new snapshot; made from the current snapshot when there is none of the name.</summary>
    public string Branch { get; init; } = SnapshotRef.MainBranch;

    /// <summary>
    /// The new snapshot's manifests say nothing of files that are not in the table, neither of those removed now nor before: an entry of a removed file still shows the bounds of
    /// its values. Entries of removed files are informational (spec: Manifest Entry Fields), so that readers miss nothing; who follows changes sees no deletion.
    /// </summary>
    public bool ForgetsRemovedFiles { get; init; }

    /// <summary>The id of the snapshot, the same in all attempts; 0 before the first. By it a commit whose answer was lost can be found.</summary>
    public long SnapshotId { get; private set; }

    /// <summary><c>append</c>, <c>replace</c>, <c>overwrite</c> or <c>delete</c>.</summary>
    private protected abstract string Operation { get; }

    /// <summary>Data and delete files that come into the table.</summary>
    private protected abstract ImmutableArray<AddedFile> AddedFiles { get; }

    /// <summary>False: manifests are left as they are, however many there get to be.</summary>
    private protected virtual bool MergesManifests => true;

    /// <summary>Entries of the summary that this kind of change has.</summary>
    private protected virtual IEnumerable<KeyValuePair<string, string>> OwnProperties => [];

    internal sealed override bool IsIn(TableMetadata table) => SnapshotId != 0 && table.FindSnapshot(SnapshotId) is not null;

    internal sealed override async Task<TableMetadata> ApplyAsync(TableMetadata table, CommitFiles files, CancellationToken cancellationToken)
    {
        Check(table);
        if (SnapshotId == 0)
        {
            SnapshotId = NewSnapshotId(table);
        }

        var parent = table.Refs.ContainsKey(Branch) ? table.FindSnapshot(Branch) : table.CurrentSnapshot;
        await ValidateAsync(new ConcurrentChanges(table, parent, files.Manifests), cancellationToken);

        var sequenceNumber = table.LastSequenceNumber + 1;
        var manifests = new SnapshotManifests(table, files, SnapshotId, sequenceNumber, ForgetsRemovedFiles);
        var before = parent is null ? [] : await files.Manifests.GetManifestsAsync(parent, cancellationToken);
        var (data, deletes) = await FilterAsync(manifests, before, table, cancellationToken);

        _added ??= [.. AddedManifest.Create(table, AddedFiles, SnapshotId, sequenceNumber)];
        var list = await CombineAsync(table, manifests, _added, data, deletes, cancellationToken);
        var listLocation = string.Create(
            CultureInfo.InvariantCulture, $"{TableMetadataFile.MetadataFolder(table)}/snap-{SnapshotId}-{files.Attempt}-{files.CommitId:D}.avro");
        await files.WriteAsync(
            listLocation, ManifestListWriter.Write(list, SnapshotId, parent?.SnapshotId, sequenceNumber), isKept: false, cancellationToken);

        // A clock that runs behind must not put the snapshot before its parent: time travel goes by these times.
        var timestampMs = Math.Max(files.NowMs, table.LastUpdatedMs);
        var snapshot = new Snapshot
        {
            SnapshotId = SnapshotId,
            ParentSnapshotId = parent?.SnapshotId,
            SequenceNumber = sequenceNumber,
            TimestampMs = timestampMs,
            ManifestList = listLocation,
            Summary = SnapshotSummary.Of(
                Operation, parent, AddedFiles.Select(added => added.File), manifests.Removed, manifests.Figures(before, list), Properties.Concat(OwnProperties)),
            SchemaId = table.CurrentSchemaId,
        };
        var reference = table.Refs.TryGetValue(Branch, out var existing) ? existing with { SnapshotId = SnapshotId } : SnapshotRef.Branch(SnapshotId);
        return table.WithSnapshot(snapshot).WithRef(Branch, reference, timestampMs);
    }

    /// <summary>Fails when what others committed since the change was planned does not go together with it.</summary>
    /// <exception cref="IcebergException">ValidationFailed.</exception>
    private protected virtual Task ValidateAsync(ConcurrentChanges changes, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All manifests of the snapshot.</summary>
    /// <param name="data">Data manifests of the parent, without what leaves the table.</param>
    /// <param name="deletes">Delete manifests, likewise.</param>
    private protected virtual Task<IReadOnlyList<ManifestFile>> CombineAsync(
        TableMetadata table, SnapshotManifests manifests, IReadOnlyList<AddedManifest> added, List<ManifestFile> data, List<ManifestFile> deletes,
        CancellationToken cancellationToken) => manifests.CombineAsync(
            added, data, deletes, MergesManifests ? ManifestMerging.Of(table) : ManifestMerging.Off, cancellationToken);

    /// <summary>The data files that leave the table; null for none.</summary>
    private protected virtual FileSelection? RemovedData(TableMetadata table) => null;

    /// <summary>The delete files that leave the table by name; those left without a data file to apply to go by themselves.</summary>
    private protected virtual FileSelection? RemovedDeleteFiles(TableMetadata table) => null;

    private async Task<(List<ManifestFile> Data, List<ManifestFile> Deletes)> FilterAsync(
        SnapshotManifests manifests, ImmutableArray<ManifestFile> before, TableMetadata table, CancellationToken cancellationToken)
    {
        var removedData = RemovedData(table);
        var data = await manifests.FilterAsync(before.Where(manifest => manifest.Content == ManifestContent.Data), removedData, cancellationToken);
        removedData?.RequireAllFound();

        var removedDeletes = RemovedDeleteFiles(table);
        var dangling = manifests.Removed.Count == 0
            ? removedDeletes
            : new DanglingDeletes(table, manifests.Removed, LowestSequenceNumber(table, data), removedData!, removedDeletes);
        var deletes = await manifests.FilterAsync(before.Where(manifest => manifest.Content == ManifestContent.Deletes), dangling, cancellationToken);
        removedDeletes?.RequireAllFound();
        return (data, deletes);
    }

    /// <summary>No data file of the new snapshot is older: deletes from before apply to nothing.</summary>
    private long LowestSequenceNumber(TableMetadata table, List<ManifestFile> data) => data
        .Where(manifest => manifest.MayHaveLiveFiles)
        .Select(manifest => manifest.MinSequenceNumber)
        .Concat(AddedFiles.Select(added => added.SequenceNumber).OfType<long>())
        .Append(table.LastSequenceNumber)
        .Min();

    private void Check(TableMetadata table)
    {
        WritableTables.CheckVersion(table);
        if (table.Refs.TryGetValue(Branch, out var reference) && reference.Type != SnapshotRefType.Branch)
        {
            throw IcebergException.InvalidMetadata($"Cannot commit to '{Branch}' of table '{table.Location}': it is a tag, and only branches move on.");
        }
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
