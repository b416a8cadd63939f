using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>Makes the manifests of a new snapshot from those of its parent (spec: Manifests). For one attempt of one commit.</summary>
internal sealed class SnapshotManifests(TableMetadata table, CommitFiles files, long snapshotId, long sequenceNumber, bool forgetsRemoved)
{
    private const int Parallelism = 8;

    private readonly List<ManifestEntry> _removed = [];
    private int _entriesProcessed;

    /// <summary>Files that leave the table, as they were.</summary>
    public IReadOnlyList<ManifestEntry> Removed => _removed;

    /// <summary>The manifests without the selected files: those that list one are written anew, those without live files are left out.</summary>
    public async Task<List<ManifestFile>> FilterAsync(IEnumerable<ManifestFile> manifests, FileSelection? selection, CancellationToken cancellationToken)
    {
        var live = manifests.Where(manifest => manifest.MayHaveLiveFiles).ToList();
        if (selection is not null)
        {
            // Read ahead into the cache: one after the other they would take a round trip each.
            await Parallel.ForEachAsync(
                live.Where(selection.MayBeIn),
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (manifest, token) => await files.Manifests.GetEntriesAsync(table, manifest, token));
        }

        var result = new List<ManifestFile>(live.Count);
        foreach (var manifest in live)
        {
            var kept = selection?.MayBeIn(manifest) == true || (forgetsRemoved && manifest.DeletedFilesCount != 0)
                ? await FilterAsync(manifest, selection, cancellationToken)
                : await WithCountsAsync(manifest, cancellationToken);
            if (kept is not null)
            {
                result.Add(kept);
            }
        }

        return result;
    }

    /// <summary>All manifests of the snapshot: those of added files first, small ones of one kind put together.</summary>
    public async Task<IReadOnlyList<ManifestFile>> CombineAsync(
        IReadOnlyList<AddedManifest> added, List<ManifestFile> data, List<ManifestFile> deletes, ManifestMerging merging, CancellationToken cancellationToken)
    {
        var result = new List<ManifestFile>();
        foreach (var (content, kept) in new[] { (ManifestContent.Data, data), (ManifestContent.Deletes, deletes) })
        {
            var sources = added.Where(manifest => manifest.Content == content).Select(manifest => new Source(manifest, null))
                .Concat(kept.Select(manifest => new Source(null, manifest)))
                .ToList();
            foreach (var bin in merging.Bins(sources, source => source.SpecId, source => source.Length))
            {
                if (bin.Count == 1)
                {
                    result.Add(bin[0].Added is { } alone ? await alone.StoreAsync(table, files, sequenceNumber, cancellationToken) : bin[0].Kept!);
                }
                else
                {
                    result.Add(await MergeAsync(bin, content, cancellationToken));
                }
            }
        }

        return result;
    }

    /// <summary>The files of some manifests of one kind and spec in manifests of their own, in another order.</summary>
    /// <param name="sources">At least one.</param>
    /// <param name="order">By which neighbours come into one manifest.</param>
    /// <param name="targetBytes">About how long each becomes.</param>
    public async Task<IReadOnlyList<ManifestFile>> SortAsync(
        IReadOnlyList<ManifestFile> sources, IComparer<DataFile> order, long targetBytes, CancellationToken cancellationToken)
    {
        var entries = new List<ManifestEntry>();
        foreach (var manifest in sources)
        {
            entries.AddRange((await files.Manifests.GetEntriesAsync(table, manifest, cancellationToken)).Where(entry => entry.IsLive));
        }

        // What sources say of files that are gone is in their length too: then manifests become shorter than asked for.
        entries = [.. entries.OrderBy(entry => entry.DataFile, order)];
        var count = Math.Max(1, (int)Math.Ceiling((double)sources.Sum(manifest => manifest.ManifestLength) / targetBytes));
        var result = new List<ManifestFile>();
        foreach (var some in entries.Chunk(Math.Max(1, (int)Math.Ceiling((double)entries.Count / count))))
        {
            var writer = ManifestWriter.For(table, table.FindPartitionSpec(sources[0].PartitionSpecId)!, sources[0].Content);
            foreach (var entry in some)
            {
                writer.AddExisting(entry);
                _entriesProcessed++;
            }

            result.Add(await StoreAsync(writer, cancellationToken));
        }

        return result;
    }

    /// <summary>What the summary says of the manifests.</summary>
    public (int Created, int Kept, int Replaced, int EntriesProcessed) Figures(ImmutableArray<ManifestFile> before, IReadOnlyList<ManifestFile> after)
    {
        var paths = before.Select(manifest => manifest.ManifestPath).ToHashSet(StringComparer.Ordinal);
        var kept = after.Count(manifest => paths.Contains(manifest.ManifestPath));
        return (after.Count - kept, kept, before.Length - kept, _entriesProcessed);
    }

    /// <returns>Null when nothing is left in it that has to be said.</returns>
    private async Task<ManifestFile?> FilterAsync(ManifestFile manifest, FileSelection? selection, CancellationToken cancellationToken)
    {
        var entries = await files.Manifests.GetEntriesAsync(table, manifest, cancellationToken);
        var removed = entries.Where(entry => entry.IsLive && selection?.Selects(entry) == true).ToHashSet(ReferenceEqualityComparer.Instance);
        if (removed.Count == 0 && !(forgetsRemoved && entries.Any(entry => !entry.IsLive)))
        {
            return HasCounts(manifest) ? manifest : Count(manifest, entries);
        }

        var writer = ManifestWriter.For(table, table.FindPartitionSpec(manifest.PartitionSpecId)!, manifest.Content);
        var isEmpty = true;
        foreach (var entry in entries.Where(entry => entry.IsLive))
        {
            var isRemoved = removed.Contains(entry);
            if (isRemoved)
            {
                _removed.Add(entry);
            }
            else
            {
                writer.AddExisting(entry);
            }

            if (isRemoved && !forgetsRemoved)
            {
                writer.Delete(entry, snapshotId);
            }

            isEmpty &= isRemoved && forgetsRemoved;
            _entriesProcessed++;
        }

        return isEmpty ? null : await StoreAsync(writer, cancellationToken);
    }

    private async Task<ManifestFile> MergeAsync(List<Source> bin, ManifestContent content, CancellationToken cancellationToken)
    {
        var writer = ManifestWriter.For(table, table.FindPartitionSpec(bin[0].SpecId)!, content);
        foreach (var source in bin)
        {
            if (source.Added is { } added)
            {
                added.AddTo(writer);
                continue;
            }

            files.Merge(source.Kept!.ManifestPath);
            foreach (var entry in await files.Manifests.GetEntriesAsync(table, source.Kept!, cancellationToken))
            {
                // What earlier snapshots deleted is their history and nobody's files.
                if (entry.IsLive)
                {
                    writer.AddExisting(entry);
                }
                else if (entry.SnapshotId == snapshotId)
                {
                    writer.Delete(entry, snapshotId);
                }

                _entriesProcessed++;
            }
        }

        return await StoreAsync(writer, cancellationToken);
    }

    private async Task<ManifestFile> StoreAsync(ManifestWriter writer, CancellationToken cancellationToken)
    {
        var location = $"{TableMetadataFile.MetadataFolder(table)}/{files.NextManifestName()}";
        var (content, manifest) = writer.Finish(location, snapshotId, sequenceNumber);
        await files.WriteAsync(location, content, isKept: false, cancellationToken);
        return manifest;
    }

    /// <summary>With the counts that a manifest list from v1 may lack.</summary>
    private async Task<ManifestFile> WithCountsAsync(ManifestFile manifest, CancellationToken cancellationToken) =>
        HasCounts(manifest) ? manifest : Count(manifest, await files.Manifests.GetEntriesAsync(table, manifest, cancellationToken));

    private static bool HasCounts(ManifestFile manifest) => manifest is
    {
        AddedRowsCount: not null, ExistingRowsCount: not null, DeletedRowsCount: not null, AddedFilesCount: not null, ExistingFilesCount: not null, DeletedFilesCount: not null,
    };

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

    private readonly record struct Source(AddedManifest? Added, ManifestFile? Kept)
    {
        public int SpecId => Added?.SpecId ?? Kept!.PartitionSpecId;

        public long Length => Added?.Length ?? Kept!.ManifestLength;
    }
}
