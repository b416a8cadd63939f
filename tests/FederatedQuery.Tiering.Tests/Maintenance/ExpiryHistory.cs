using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using FederatedQuery.Tiering.Maintenance.Expiry;

namespace FederatedQuery.Tiering.Tests.Maintenance;

/// <summary>
/// A random history of one table: branches, tags, deletes, rewrites, statistics, expiries that others interfere with and that are cut short. After each step
/// all files that the table names are there; in the end there are no others.
/// </summary>
internal sealed class ExpiryHistory(TieringScene scene, int seed)
{
    private readonly Random _random = new(seed);
    private readonly TableIdentifier _identifier = new("default", $"history_{seed}");
    private readonly List<string> _log = [];
    private int _files;

    private SqlCatalog Catalog => scene.Get<ColdCatalog>().Current;

    private TableCommitter Committer => scene.Get<TableCommitter>();

    public int ExpiredSnapshots { get; private set; }

    public long DeletedFiles { get; private set; }

    public async Task RunAsync(int steps)
    {
        try
        {
            await Catalog.CreateTableAsync(
                _identifier,
                new NewTable
                {
                    Schema = new Schema(0, new NestedField(1, "id", IcebergType.Long, required: true)),
                    Properties = ImmutableDictionary<string, string>.Empty
                        .Add(TableProperties.ManifestMinCountToMerge, "3")
                        .Add(TableProperties.MetadataPreviousVersionsMax, "4"),
                },
                CancellationToken.None);
            for (var i = 0; i < steps; i++)
            {
                await StepAsync();
                await CheckNamedAreThereAsync();
            }

            await EndAsync();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"seed {seed}: {string.Join("; ", _log)}: {error.Message}", error);
        }
    }

    private async Task StepAsync()
    {
        var table = (await LoadAsync()).Metadata;
        if (table.CurrentSnapshot is null)
        {
            await AppendAsync(SnapshotRef.MainBranch);
            return;
        }

        await (_random.Next(14) switch
        {
            <= 2 => AppendAsync(SnapshotRef.MainBranch),
            3 => AppendAsync("side"),
            4 => SetRefAsync(table),
            5 => DropRefAsync(table),
            6 => RemoveAsync(table),
            7 => DeleteRowsAsync(table),
            8 => RewriteAsync(table),
            9 => SetStatisticsAsync(table),
            <= 11 => ExpireAsync(table),
            12 => ExpireAndDieAsync(table),
            _ => CleanAsync(),
        });
    }

    private async Task AppendAsync(string branch)
    {
        _log.Add($"append to {branch}");
        await CommitAsync(new AppendFiles([await NewFileAsync()], branch: branch, isFast: _random.Next(2) == 0));
    }

    private Task SetRefAsync(TableMetadata table)
    {
        var snapshot = table.Snapshots[_random.Next(table.Snapshots.Length)].SnapshotId;
        var isTag = _random.Next(2) == 0;
        var name = isTag ? $"tag{_random.Next(3)}" : $"branch{_random.Next(2)}";
        _log.Add($"set {name}");
        var reference = isTag
            ? SnapshotRef.Tag(snapshot) with { MaxRefAgeMs = _random.Next(2) == 0 ? 1 : null }
            : SnapshotRef.Branch(snapshot) with { MinSnapshotsToKeep = _random.Next(1, 4) };
        return CommitAsync(new MetadataChange(current => current.FindSnapshot(snapshot) is null ? current : current.WithRef(name, reference, current.LastUpdatedMs)));
    }

    private Task DropRefAsync(TableMetadata table)
    {
        var name = table.Refs.Keys.Where(name => name != SnapshotRef.MainBranch).Skip(_random.Next(3)).FirstOrDefault();
        _log.Add($"drop {name}");
        return name is null ? Task.CompletedTask : CommitAsync(new MetadataChange(current => current.WithoutRef(name)));
    }

    private async Task RemoveAsync(TableMetadata table)
    {
        _log.Add("remove files");
        if ((await LiveAsync(table, FileContent.Data)).Take(1 + _random.Next(2)).ToList() is { Count: > 0 } files)
        {
            await CommitAsync(new OverwriteFiles { Removed = [.. files] });
        }
    }

    private async Task DeleteRowsAsync(TableMetadata table)
    {
        _log.Add("delete rows");
        if ((await LiveAsync(table, FileContent.Data)).FirstOrDefault() is { } file)
        {
            var deletes = await NewFileAsync() with { Content = FileContent.PositionDeletes, ReferencedDataFile = file.FilePath };
            await CommitAsync(new RowDelta([deletes], []) { ReferencedDataFiles = [file.FilePath] });
        }
    }

    private async Task RewriteAsync(TableMetadata table)
    {
        _log.Add("rewrite");
        if ((await LiveAsync(table, FileContent.Data)).Take(3).ToList() is { Count: > 0 } files)
        {
            var deletes = (await LiveAsync(table, FileContent.PositionDeletes)).Where(delete => files.Any(file => file.FilePath == delete.ReferencedDataFile));
            await CommitAsync(new RewriteFiles(table.CurrentSnapshotId!.Value) { Removed = [.. files], RemovedDeletes = [.. deletes], Added = [await NewFileAsync()] });
        }
    }

    private async Task SetStatisticsAsync(TableMetadata table)
    {
        _log.Add("statistics");
        if (table.Statistics.Any(file => file.SnapshotId == table.CurrentSnapshotId))
        {
            // The file that it would take the place of is for orphan removal.
            return;
        }

        var location = await NewObjectAsync("metadata", "stats");
        var id = table.CurrentSnapshotId!.Value;
        using var json = System.Text.Json.JsonDocument.Parse(
            $$"""{"snapshot-id":{{id}},"statistics-path":"{{location}}","file-size-in-bytes":1,"file-footer-size-in-bytes":1,"blob-metadata":[]}""");
        await CommitAsync(new MetadataChange(current => current.WithStatistics(new StatisticsFile(id, location, 1, json.RootElement.Clone()))));
    }

    /// <summary>While it is under way, somebody else may commit: append, or tag one of the snapshots that were about to go.</summary>
    private async Task ExpireAsync(TableMetadata table)
    {
        var (calls, interference) = (0, _random.Next(3));
        var (now, maxAge) = Times(table);
        _log.Add($"expire {interference}");
        var expired = await scene.Get<SnapshotExpirer>().ExpireAsync(
            Catalog,
            _identifier,
            current =>
            {
                if (calls++ == 1 && interference > 0)
                {
                    var change = interference == 1
                        ? (TableChange)new AppendFiles([NewFileAsync().GetAwaiter().GetResult()])
                        : new MetadataChange(other => other.WithRef("kept", SnapshotRef.Tag(other.Snapshots[0].SnapshotId), now));
                    CommitAsync(change).GetAwaiter().GetResult();
                }

                return current.WithoutExpired(now, maxAge);
            },
            CancellationToken.None);
        ExpiredSnapshots += expired.Snapshots;
    }

    /// <summary>Before the commit, or between the commit and what comes after it.</summary>
    private async Task ExpireAndDieAsync(TableMetadata table)
    {
        var (now, maxAge) = Times(table);
        var isCommitted = _random.Next(2) == 0;
        _log.Add($"expire and die {(isCommitted ? "after" : "before")}");
        var change = new ExpireSnapshots(
            current => current.WithoutExpired(now, maxAge),
            (files, token) => scene.Get<DroppedFileStore>().RecordAsync(_identifier, table.TableUuid, files.Select(file => (file.Location, file.SizeBytes)), token));
        if (isCommitted)
        {
            await CommitAsync(change);
            ExpiredSnapshots += change.Snapshots.Length;
        }
        else
        {
            await Committer.DiscardAsync(await Committer.StageAsync(await LoadAsync(), [change], CancellationToken.None), CancellationToken.None);
        }
    }

    private async Task CleanAsync()
    {
        _log.Add("clean");
        DeletedFiles += (await scene.Get<DroppedFileCleaner>().CleanAsync(_identifier, CancellationToken.None)).Deleted;
        if (_random.Next(2) == 0)
        {
            await PassAsync();
        }
    }

    private async Task EndAsync()
    {
        _log.Add("end");
        await CommitAsync(new MetadataChange(table => table.Refs.Keys.Where(name => name != SnapshotRef.MainBranch).Aggregate(table, (t, name) => t.WithoutRef(name))));
        ExpiredSnapshots += (await scene.Get<SnapshotExpirer>().ExpireAsync(
            Catalog, _identifier, table => table.WithoutExpired(long.MaxValue, maxSnapshotAgeMs: 0), CancellationToken.None)).Snapshots;
        for (var round = 0; round < 2; round++)
        {
            await PassAsync();
            DeletedFiles += (await scene.Get<DroppedFileCleaner>().CleanAsync(_identifier, CancellationToken.None)).Deleted;
        }

        var named = await CheckNamedAreThereAsync();
        Assert.Single((await LoadAsync()).Metadata.Snapshots);
        var table = (await LoadAsync()).Metadata;
        var root = scene.Get<ObjectStoreRegistry>().Resolve(table.Location);
        var there = await root.Store.ListAsync(root.Key + "/", CancellationToken.None).Select(file => file.Key).ToListAsync();

        // Metadata files leave the log with every commit, and are for orphan removal then.
        var left = there.Except(named).Where(key => !key.EndsWith(".metadata.json", StringComparison.Ordinal)).ToList();
        Assert.True(left.Count == 0, $"not deleted: {string.Join(", ", left)}");
    }

    private async Task<HashSet<string>> CheckNamedAreThereAsync()
    {
        var table = await LoadAsync();
        var named = new HashSet<string>();
        await foreach (var location in ReferencedFiles.ListAsync(table.Metadata, table.MetadataLocation, scene.Get<ManifestCache>(), CancellationToken.None))
        {
            var place = scene.Get<ObjectStoreRegistry>().Resolve(location);
            Assert.True(await place.Store.ExistsAsync(place.Key, CancellationToken.None), $"'{location}' is named and was deleted");
            named.Add(place.Key);
        }

        return named;
    }

    /// <summary>A time just after the last commit, and an age that some snapshots are older than.</summary>
    private (long NowMs, long MaxAgeMs) Times(TableMetadata table)
    {
        var last = table.Snapshots.Max(snapshot => snapshot.TimestampMs);
        return (last + 2, last + 1 - table.Snapshots[_random.Next(table.Snapshots.Length)].TimestampMs);
    }

    private Task PassAsync() => scene.ExecuteAsync("UPDATE federated_query.dropped_files SET delete_after = clock_timestamp() WHERE delete_after IS NOT NULL");

    private Task CommitAsync(TableChange change) => Committer.CommitAsync(Catalog, _identifier, [change], CancellationToken.None);

    private Task<CatalogTable> LoadAsync() => Catalog.LoadTableAsync(_identifier, CancellationToken.None);

    private async Task<IReadOnlyList<DataFile>> LiveAsync(TableMetadata table, FileContent content)
    {
        var live = new List<DataFile>();
        foreach (var manifest in await scene.Get<ManifestCache>().GetManifestsAsync(table.CurrentSnapshot!, CancellationToken.None))
        {
            live.AddRange((await scene.Get<ManifestCache>().GetEntriesAsync(table, manifest, CancellationToken.None))
                .Where(entry => entry.IsLive && entry.DataFile.Content == content).Select(entry => entry.DataFile));
        }

        return live;
    }

    private async Task<DataFile> NewFileAsync() => new()
    {
        FilePath = await NewObjectAsync("data", "parquet"),
        FileFormat = DataFile.Parquet,
        SpecId = 0,
        Partition = PartitionData.Empty,
        RecordCount = 1,
        FileSizeInBytes = 1,
    };

    private async Task<string> NewObjectAsync(string folder, string extension)
    {
        var table = (await LoadAsync()).Metadata;
        var location = string.Create(CultureInfo.InvariantCulture, $"{table.Location}/{folder}/{_files++:D4}.{extension}");
        var place = scene.Get<ObjectStoreRegistry>().Resolve(location);
        await place.Store.PutAsync(place.Key, new byte[] { 1 }, WriteCondition.IfAbsent, CancellationToken.None);
        return location;
    }
}
