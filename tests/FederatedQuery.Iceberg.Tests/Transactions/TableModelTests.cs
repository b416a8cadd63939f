using System.Globalization;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Transactions;

/// <summary>Random histories of a table against a set of rows: after each change the table holds just those, by full scan and by pruned ones.</summary>
public class TableModelTests
{
    private const int Days = 4;

    [Fact]
    public void StageAsync_RandomHistory_HoldsTheRowsOfTheModel()
    {
        var histories = Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            using var folder = new TemporaryFolder();
            new History(seed, folder.FullPath).RunAsync(steps: 14).GetAwaiter().GetResult();
        });
        histories.Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    private sealed class History
    {
        private readonly Random _random;
        private readonly RowFiles _files = new();
        private readonly HashSet<Row> _rows = [];
        private readonly ManifestCache _manifests;
        private readonly TableCommitter _committer;
        private readonly List<string> _log = [];
        private CatalogTable _table;
        private long _nextId = -40;

        public History(int seed, string folder)
        {
            _random = new Random(seed);
            _log.Add($"seed {seed}");
            var stores = ObjectStoreRegistry.ForFolder(folder, TimeProvider.System);
            _manifests = new ManifestCache(stores, 16 << 20);
            _committer = new TableCommitter(stores, _manifests, new CommitOptions(), TimeProvider.System);
            var metadata = TableMetadataChanges.Create(
                Guid.NewGuid(), $"{folder}/events", CatalogFixture.EventsSchema, CatalogFixture.ByDay, SortOrder.Unsorted, [new("commit.manifest.min-count-to-merge", "3")], 0);
            _table = new CatalogTable(CatalogFixture.Events, $"{folder}/events/metadata/00000-a.metadata.json", metadata);
        }

        public async Task RunAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                try
                {
                    await StepAsync();
                    await CheckAsync();
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    throw new InvalidOperationException($"{string.Join("; ", _log)}: {exception.Message}", exception);
                }
            }
        }

        private Task StepAsync() => _random.Next(11) switch
        {
            <= 2 => AppendAsync(),
            3 => OverwriteDayAsync(),
            4 => OverwriteByIdAsync(),
            5 => ReplacePartitionsAsync(),
            6 => RewriteAsync(),
            <= 8 => DeleteRowsAsync(),
            9 => ChangeSpecAsync(),
            _ => ChangeMetadataAsync(),
        };

        private async Task AppendAsync()
        {
            var rows = NewRows();
            await CommitAsync("append", new AppendFiles(_files.Write(_table.Metadata, rows), isFast: _random.Next(3) == 0));
            _rows.UnionWith(rows);
        }

        private async Task OverwriteDayAsync()
        {
            var day = _random.Next(Days) - 1;
            var rows = _random.Next(2) == 0 ? [] : NewRows();
            if (await TryCommitAsync($"overwrite day {day}", new OverwriteFiles(_files.Write(_table.Metadata, rows)) { Filter = OfDay(day) }))
            {
                _rows.RemoveWhere(row => row.Day == day);
                _rows.UnionWith(rows);
            }
        }

        private async Task OverwriteByIdAsync()
        {
            var limit = _nextId - _random.Next(60);
            if (await TryCommitAsync($"delete id < {limit}", new OverwriteFiles { Filter = Expression.LessThan("id", Literal.Long(limit)) }))
            {
                _rows.RemoveWhere(row => row.Id < limit);
            }
        }

        private async Task ReplacePartitionsAsync()
        {
            var files = _files.Write(_table.Metadata, NewRows());
            var replaced = (await PlanAsync(Expression.True)).Tasks
                .Where(task => files.Any(file => file.SpecId == task.File.SpecId && file.Partition.Equals(task.File.Partition)))
                .SelectMany(_files.Read)
                .ToList();
            await CommitAsync("replace partitions", new ReplacePartitions(files) { Check = Now() });
            _rows.ExceptWith(replaced);
            _rows.UnionWith(files.SelectMany(file => _files.RowsOf(file.FilePath)));
        }

        private async Task RewriteAsync()
        {
            var tasks = (await PlanAsync(Expression.True)).Tasks.Where(_ => _random.Next(2) == 0).ToList();
            if (tasks.Count > 0)
            {
                var added = _files.Write(_table.Metadata, tasks.SelectMany(_files.Read));
                await CommitAsync(
                    $"rewrite {tasks.Count}",
                    new RewriteFiles(_table.Metadata.CurrentSnapshotId!.Value) { Removed = [.. tasks.Select(task => task.File)], Added = added });
            }
        }

        private async Task DeleteRowsAsync()
        {
            var tasks = (await PlanAsync(Expression.True)).Tasks.Where(_ => _random.Next(2) == 0).ToList();
            var gone = tasks.Select(task => (task.File, Rows: _files.Read(task).Where(_ => _random.Next(3) == 0).ToList())).Where(file => file.Rows.Count > 0).ToList();
            if (gone.Count > 0)
            {
                await CommitAsync(
                    $"delete rows of {gone.Count}", new RowDelta([.. gone.Select(file => _files.Delete(file.File, file.Rows))], []) { Check = Now() });
                _rows.ExceptWith(gone.SelectMany(file => file.Rows));
            }
        }

        private Task ChangeSpecAsync()
        {
            var spec = _random.Next(4) switch
            {
                0 => PartitionSpec.Unpartitioned,
                1 => new PartitionSpec(0, new PartitionField(1, 1000, "id_bucket", Transform.Bucket(3))),
                2 => new PartitionSpec(0, new PartitionField(2, 1000, "ts_day", Transform.Day), new PartitionField(1, 1001, "id_trunc", Transform.Truncate(20))),
                _ => CatalogFixture.ByDay,
            };
            return CommitAsync($"spec {spec}", new MetadataChange(table => table.WithDefaultPartitionSpec(spec)));
        }

        private Task ChangeMetadataAsync() => CommitAsync("properties", new MetadataChange(table => table.WithProperties(
        [
            new("commit.manifest.min-count-to-merge", _random.Next(2, 6).ToString(CultureInfo.InvariantCulture)),
            new("commit.manifest.target-size-bytes", _random.Next(2) == 0 ? "1" : "8388608"),
            new("commit.manifest-merge.enabled", _random.Next(4) == 0 ? "false" : "true"),
        ])));

        private async Task<bool> TryCommitAsync(string what, OverwriteFiles change)
        {
            var mayBePartial = (await PlanAsync(change.Filter!)).Tasks.Any(task => !task.Residual.IsTrue);
            try
            {
                await CommitAsync(what, change);
                Assert.False(mayBePartial);
                return true;
            }
            catch (IcebergException exception) when (exception.Kind == IcebergErrorKind.ValidationFailed)
            {
                Assert.True(mayBePartial, exception.Message);
                return false;
            }
        }

        private async Task CommitAsync(string what, TableChange change)
        {
            _log.Add(what);
            var staged = await _committer.StageAsync(_table, [change], default);

            // As a reader meets it, not as the writer has it.
            _table = new CatalogTable(_table.Identifier, staged.NewLocation, TableMetadata.Parse(staged.Metadata.ToJson()));
        }

        private async Task CheckAsync()
        {
            var all = await PlanAsync(Expression.True);
            Assert.Equal(_rows.Order(ById), _files.Read(all).Order(ById));

            var limit = _nextId - _random.Next(60);
            Expression[] filters =
            [
                OfDay(_random.Next(Days) - 1),
                Expression.GreaterThanOrEqual("id", Literal.Long(limit)),
                Expression.And(OfDay(_random.Next(Days) - 1), Expression.NotEqual("id", Literal.Long(limit))),
                Expression.Or(Expression.In("id", Literal.Long(limit), Literal.Long(limit + 1)), Expression.Not(OfDay(0))),
            ];
            foreach (var filter in filters)
            {
                var bound = filter.Bind(_table.Metadata.CurrentSchema);
                var plan = await PlanAsync(filter);
                Assert.Equal(
                    _rows.Where(row => RowFiles.Matches(bound, row)).Order(ById),
                    plan.Tasks.SelectMany(task => _files.Read(task).Where(row => RowFiles.Matches(task.Residual, row))).Order(ById));
                var read = plan.Tasks.Select(task => task.File.FilePath).ToHashSet();
                Assert.All(
                    all.Tasks.Where(task => !read.Contains(task.File.FilePath)),
                    pruned => Assert.DoesNotContain(_files.RowsOf(pruned.File.FilePath), row => RowFiles.Matches(bound, row)));
            }

            await CheckFiguresAsync();
        }

        /// <summary>What manifest list and summary count is what the manifests list.</summary>
        private async Task CheckFiguresAsync()
        {
            if (_table.Metadata.CurrentSnapshot is not { } snapshot)
            {
                return;
            }

            var live = new List<ManifestEntry>();
            foreach (var manifest in await _manifests.GetManifestsAsync(snapshot, default))
            {
                var entries = await _manifests.GetEntriesAsync(_table.Metadata, manifest, default);
                live.AddRange(entries.Where(entry => entry.IsLive));
                Assert.Equal(manifest.AddedFilesCount, entries.Count(entry => entry.Status == ManifestEntryStatus.Added));
                Assert.Equal(manifest.ExistingFilesCount, entries.Count(entry => entry.Status == ManifestEntryStatus.Existing));
                Assert.Equal(manifest.DeletedFilesCount, entries.Count(entry => entry.Status == ManifestEntryStatus.Deleted));
                Assert.Equal(manifest.AddedRowsCount, entries.Where(entry => entry.Status == ManifestEntryStatus.Added).Sum(entry => entry.DataFile.RecordCount));
                Assert.All(entries.Where(entry => entry.IsLive), entry => Assert.InRange(entry.SequenceNumber, manifest.MinSequenceNumber, snapshot.SequenceNumber));
                Assert.All(entries.Where(entry => entry.Status == ManifestEntryStatus.Added), entry => Assert.Equal(manifest.AddedSnapshotId, entry.SnapshotId));
                Assert.All(entries.Where(entry => !entry.IsLive), entry => Assert.Equal(manifest.AddedSnapshotId, entry.SnapshotId));
            }

            var data = live.Where(entry => entry.DataFile.Content == FileContent.Data).ToList();
            var deletes = live.Where(entry => entry.DataFile.Content != FileContent.Data).ToList();
            Assert.Equal(live.Count, live.Select(entry => entry.DataFile).Distinct().Count());
            Assert.Equal(
                (data.Count, deletes.Count, data.Sum(entry => entry.DataFile.RecordCount), deletes.Sum(entry => entry.DataFile.RecordCount), live.Sum(entry => entry.DataFile.FileSizeInBytes)),
                (snapshot.Total("data-files"), snapshot.Total("delete-files"), snapshot.Total("records"), snapshot.Total("position-deletes"), snapshot.Total("files-size")));
        }



        private static Comparer<Row> ById { get; } = Comparer<Row>.Create((left, right) => left.Id.CompareTo(right.Id));

        private ConflictCheck Now() => new() { FromSnapshotId = _table.Metadata.CurrentSnapshotId };

        private Task<ScanPlan> PlanAsync(Expression filter) => new ScanPlanner(_manifests).PlanAsync(TableScan.Of(_table.Metadata) with { Filter = filter }, default);

        /// <summary>Days before 1970 too.</summary>
        private List<Row> NewRows() =>
        [
            .. Enumerable.Range(0, _random.Next(1, 12)).Select(_ => new Row(_nextId++, ((_random.Next(Days) - 1) * Row.MicrosOfDay) + _random.NextInt64(Row.MicrosOfDay))),
        ];

        private static Expression OfDay(long day) => Expression.And(
            Expression.GreaterThanOrEqual("ts", Literal.Timestamptz(day * Row.MicrosOfDay)),
            Expression.LessThan("ts", Literal.Timestamptz((day + 1) * Row.MicrosOfDay)));
    }
}
