using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Tiering.Maintenance.Compaction;

namespace FederatedQuery.Tiering.Tests.Maintenance.Compaction;

public sealed class CompactorTests : IDisposable
{
    private static readonly CompactionOptions EachGroupAlone = new() { GroupsPerCommit = 1 };

    private readonly CompactionScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task CompactAsync_SmallFiles_BecomeOneForEachPartition()
    {
        await AppendDaysAsync(days: 2, filesPerDay: 6, rowsPerFile: 10);
        var before = _scene.Table.Metadata.Snapshots.Length;

        var result = await _scene.CompactAsync();

        Assert.Equal((12, 2, 120L, 2, 0, 1), (result.FilesBefore, result.FilesAfter, result.Rows, result.Groups, result.Conflicts, result.Commits));
        Assert.Equal(Enumerable.Range(0, 120).Select(id => (long)id), await _scene.IdsAsync());
        Assert.Equal(("replace", "compaction", "2"), (_scene.Snapshot.Operation, _scene.Snapshot.Summary[Compactor.PurposeProperty], _scene.Snapshot.Summary["total-data-files"]));
        Assert.Equal(before + 1, _scene.Table.Metadata.Snapshots.Length);
        Assert.Empty(_scene.Staged);
        Assert.Empty(await _scene.UnreferencedAsync());

        // There is nothing left to do, so nothing is done.
        Assert.Equal(CompactionResult.Nothing, await _scene.CompactAsync());
        Assert.Equal(before + 1, _scene.Table.Metadata.Snapshots.Length);
    }

    [Fact]
    public async Task CompactAsync_FewSmallFiles_StayUntilTheyAreWorthIt()
    {
        await AppendDaysAsync(days: 1, filesPerDay: 4, rowsPerFile: 10);

        Assert.Equal(CompactionResult.Nothing, await _scene.CompactAsync());
        Assert.Equal(1, (await _scene.CompactAsync(new CompactionOptions { MinInputFiles = 2 })).FilesAfter);
        Assert.Equal(CompactionResult.Nothing, await _scene.CompactAsync(new CompactionOptions { MinInputFiles = 1 }));
    }

    [Fact]
    public async Task CompactAsync_EmptyTable_DoesNothing() => Assert.Equal(CompactionResult.Nothing, await _scene.CompactAsync());

    [Fact]
    public async Task CompactAsync_LargeFile_IsCutInOrder()
    {
        await _scene.AppendAsync(CompactionScene.Rows(0, 0, 200_000));
        var bytes = (await _scene.PlanAsync()).BytesSelected;

        var result = await _scene.CompactAsync(new CompactionOptions { TargetFileBytes = bytes / 4 });

        Assert.Equal((1, 4, 200_000L), (result.FilesBefore, result.FilesAfter, result.Rows));
        Assert.Equal(1, (await _scene.PlanAsync(Expression.Equal("id", Literal.Long(77)))).FilesSelected);
        Assert.Equal(CompactionResult.Nothing, await _scene.CompactAsync(new CompactionOptions { TargetFileBytes = bytes / 4 }));
    }

    [Fact]
    public async Task CompactAsync_TargetOfTheTable_IsTaken()
    {
        using var scene = new CompactionScene(new KeyValuePair<string, string>(TableProperties.TargetFileSizeBytes, "100000"));
        await scene.AppendAsync(CompactionScene.Rows(0, 0, 200_000));

        var result = await scene.CompactAsync();

        Assert.InRange(result.FilesAfter, 3, 10);
    }

    [Fact]
    public async Task CompactAsync_DeletedRows_AreGoneWithTheirDeleteFiles()
    {
        await AppendDaysAsync(days: 2, filesPerDay: 1, rowsPerFile: 100);
        await _scene.DeleteAsync(Expression.LessThan("id", Literal.Long(20)));
        await _scene.DeleteAsync(Expression.Equal("id", Literal.Long(100)));

        // A hundredth of the second day's rows is not worth it.
        var result = await _scene.CompactAsync();

        Assert.Equal((1, 1, 80L, 1), (result.FilesBefore, result.FilesAfter, result.Rows, result.DeleteFilesRemoved));
        Assert.Equal(Enumerable.Range(20, 80).Concat(Enumerable.Range(101, 99)).Select(id => (long)id), await _scene.IdsAsync());
        Assert.Equal(("1", "179"), (_scene.Snapshot.Summary["total-delete-files"], await CountAsync()));
        Assert.Equal(1, (await _scene.CompactAsync(new CompactionOptions { DeletedRowShare = 0.01 })).DeleteFilesRemoved);
        Assert.Equal("0", _scene.Snapshot.Summary["total-delete-files"]);
    }

    [Fact]
    public async Task CompactAsync_AllRowsDeleted_LeavesNoFiles()
    {
        await AppendDaysAsync(days: 1, filesPerDay: 2, rowsPerFile: 10);
        await _scene.DeleteAsync(Expression.Or(Expression.LessThan("id", Literal.Long(7)), Expression.GreaterThan("id", Literal.Long(8))));
        await _scene.DeleteAsync(Expression.In("id", Literal.Long(7), Literal.Long(8)));

        await _scene.CompactAsync();

        Assert.Empty(await _scene.IdsAsync());
        Assert.Equal(("0", "0"), (_scene.Snapshot.Summary["total-data-files"], _scene.Snapshot.Summary["total-delete-files"]));
    }

    [Fact]
    public async Task CompactAsync_OtherPartitionSpec_MovesFilesOver()
    {
        await AppendDaysAsync(days: 40, filesPerDay: 1, rowsPerFile: 5);
        await _scene.CommitAsync(new MetadataChange(table => table.UpdatePartitionSpec(spec => spec.Remove("at_day").Add("at", Transform.Month))));
        var months = await _scene.CompactAsync();
        await _scene.CommitAsync(new MetadataChange(table => table.UpdatePartitionSpec(spec => spec.Remove("at_month").Add("id", Transform.Bucket(3)))));
        var buckets = await _scene.CompactAsync();

        Assert.Equal((40, 2), (months.FilesBefore, months.FilesAfter));
        Assert.Equal((2, 3), (buckets.FilesBefore, buckets.FilesAfter));
        Assert.Equal(Enumerable.Range(0, 200).Select(id => (long)id), await _scene.IdsAsync());
        Assert.All((await _scene.PlanAsync()).Tasks, task => Assert.Equal(_scene.Table.Metadata.DefaultSpecId, task.File.SpecId));
    }

    [Fact]
    public async Task CompactAsync_RowsDeletedMeanwhile_StayDeleted()
    {
        await AppendDaysAsync(days: 3, filesPerDay: 5, rowsPerFile: 10);
        var interfered = 0;
        _scene.Compactor.BeforeCommit = async () =>
        {
            if (interfered++ == 0)
            {
                // Of the second day: 50 to 99.
                await _scene.DeleteAsync(Expression.In("id", Literal.Long(50), Literal.Long(99)));
            }
        };

        var result = await _scene.CompactAsync();

        Assert.Equal((1, 3, 15, 3), (result.Conflicts, result.Groups, result.FilesBefore, result.FilesAfter));
        Assert.Equal(Enumerable.Range(0, 150).Where(id => id is not (50 or 99)).Select(id => (long)id), await _scene.IdsAsync());
        Assert.Equal(("3", "0"), (_scene.Snapshot.Summary["total-data-files"], _scene.Snapshot.Summary["total-delete-files"]));
        Assert.Empty(await _scene.UnreferencedAsync());
    }

    [Fact]
    public async Task CompactAsync_RowsDeletedEachTime_LeavesThoseFilesForTheNextTime()
    {
        await AppendDaysAsync(days: 2, filesPerDay: 5, rowsPerFile: 10);
        var next = 50;
        _scene.Compactor.BeforeCommit = () => _scene.DeleteAsync(Expression.Equal("id", Literal.Long(next++)));

        var result = await _scene.CompactAsync();

        Assert.Equal((3, 1, 5, 1), (result.Conflicts, result.Groups, result.FilesBefore, result.FilesAfter));
        Assert.Equal(100 - (next - 50), (await _scene.IdsAsync()).Count);
        Assert.Empty(await _scene.UnreferencedAsync());
    }

    [Fact]
    public async Task CompactAsync_RowsDeletedByKeyMeanwhile_StayDeletedWithoutConflict()
    {
        // A spec without partitions, which deletes of keys that may be anywhere are written with.
        await _scene.CommitAsync(new MetadataChange(table => table.UpdatePartitionSpec(spec => spec.Remove("at_day"))));
        await _scene.CommitAsync(new MetadataChange(table => table.UpdatePartitionSpec(spec => spec.Add("at", Transform.Day))));
        await AppendDaysAsync(days: 2, filesPerDay: 5, rowsPerFile: 10);
        await _scene.DeleteByIdAsync(3, 55);
        _scene.Compactor.BeforeCommit = () => _scene.DeleteByIdAsync(4, 56, 1000);

        var result = await _scene.CompactAsync();

        Assert.Equal((0, 10, 2), (result.Conflicts, result.FilesBefore, result.FilesAfter));
        Assert.Equal(Enumerable.Range(0, 100).Where(id => id is not (3 or 4 or 55 or 56)).Select(id => (long)id), await _scene.IdsAsync());

        // Those that were applied are gone, the later ones are not.
        Assert.Equal("1", _scene.Snapshot.Summary["total-delete-files"]);
    }

    [Fact]
    public async Task CompactAsync_RowsAddedAndRemovedMeanwhile_AreAsTheyWereLeft()
    {
        await AppendDaysAsync(days: 2, filesPerDay: 5, rowsPerFile: 10);
        var interfered = 0;
        _scene.Compactor.BeforeCommit = async () =>
        {
            if (interfered++ == 0)
            {
                await _scene.AppendAsync(CompactionScene.Rows(0, 1000, 5));
                await _scene.CommitAsync(new OverwriteFiles { Filter = Expression.GreaterThanOrEqual("at", CompactionScene.At(1)) });
            }
        };

        var result = await _scene.CompactAsync();

        Assert.Equal((1, 1), (result.Conflicts, result.Groups));
        Assert.Equal(Enumerable.Range(0, 50).Concat(Enumerable.Range(1000, 5)).Select(id => (long)id), await _scene.IdsAsync());
    }

    [Fact]
    public async Task CompactAsync_Cancelled_KeepsWhatIsCommittedAndIsTakenUpAgain()
    {
        await AppendDaysAsync(days: 3, filesPerDay: 5, rowsPerFile: 10);
        using var cancellation = new CancellationTokenSource();
        var progress = new Reports(report =>
        {
            if (report.Done.Commits == 1)
            {
                cancellation.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.CompactAsync(EachGroupAlone, progress, cancellation.Token));

        Assert.Equal("11", _scene.Snapshot.Summary["total-data-files"]);
        Assert.Empty(await _scene.UnreferencedAsync());
        Assert.Empty(_scene.Staged);
        var rest = await _scene.CompactAsync(EachGroupAlone);
        Assert.Equal((10, 2, 2), (rest.FilesBefore, rest.FilesAfter, rest.Commits));
        Assert.Equal(150, (await _scene.IdsAsync()).Count);
    }

    [Fact]
    public async Task CompactAsync_CommitFails_LeavesNothingBehind()
    {
        await AppendDaysAsync(days: 1, filesPerDay: 5, rowsPerFile: 10);
        _scene.Catalog.BeforeCommit = _ => throw new TieringException(TieringErrorKind.LeaseLost, "The lease was lost.");

        await Assert.ThrowsAsync<TieringException>(() => _scene.CompactAsync());

        Assert.Equal(5, (await _scene.PlanAsync()).Tasks.Length);
        Assert.Empty(await _scene.UnreferencedAsync());
    }

    [Fact]
    public async Task CompactAsync_BrokenFile_LeavesItsGroupAndDoesTheOthers()
    {
        await AppendDaysAsync(days: 2, filesPerDay: 5, rowsPerFile: 10);
        var broken = (await _scene.PlanAsync(Expression.Equal("id", Literal.Long(50)))).Tasks[0].File;
        await File.WriteAllBytesAsync(_scene.LocalPath(broken), new byte[broken.FileSizeInBytes]);

        var result = await _scene.CompactAsync();

        Assert.Equal((1, 1, 5), (result.Failures, result.Groups, result.FilesBefore));
        Assert.StartsWith($"Cannot read the Parquet file '{broken.FilePath}'", result.FirstFailure);
        Assert.Equal(Enumerable.Range(0, 50).Select(id => (long)id), await _scene.IdsAsync(Expression.LessThan("at", CompactionScene.At(1))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task CompactAsync_OtherFormatVersion_IsRefusedByName(int version)
    {
        _scene.Catalog.Put(_scene.Table with { Metadata = _scene.Table.Metadata with { FormatVersion = version } });

        var error = await Assert.ThrowsAsync<IcebergException>(() => _scene.CompactAsync());

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Equal($"Table 's3://lake/events' is of format version {version}; tables of version 2 are written.", error.Message);
    }

    [Fact]
    public async Task CompactAsync_ReadersOfOtherLanguages_FindTheSameRows()
    {
        await AppendDaysAsync(days: 2, filesPerDay: 6, rowsPerFile: 10);
        await _scene.CompactAsync();
        Assert.Equal(await _scene.IdsAsync(), await _scene.IcebirdIdsAsync());

        await AppendDaysAsync(days: 2, filesPerDay: 6, rowsPerFile: 10);
        await _scene.DeleteAsync(Expression.Or(Expression.LessThan("id", Literal.Long(30)), Expression.Equal("note", Literal.String("note 3"))));
        Assert.Equal(1, (await _scene.CompactAsync()).Commits);
        Assert.Equal(await _scene.IdsAsync(), await _scene.IcebirdIdsAsync());
        Assert.Equal("0", _scene.Snapshot.Summary["total-delete-files"]);
    }

    private async Task<string> CountAsync()
    {
        var (_, counts) = await _scene.QueryAsync("SELECT count(*) FROM {0}");
        return counts[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Ids from 0: a day's files one after the other, then those of the next day.</summary>
    private async Task AppendDaysAsync(int days, int filesPerDay, int rowsPerFile)
    {
        for (var file = 0; file < filesPerDay; file++)
        {
            await _scene.AppendAsync(string.Join(
                " UNION ALL ", Enumerable.Range(0, days).Select(day => CompactionScene.Rows(day, ((day * filesPerDay) + file) * rowsPerFile, rowsPerFile))));
        }
    }

    private sealed class Reports(Action<CompactionProgress> report) : IProgress<CompactionProgress>
    {
        public void Report(CompactionProgress value) => report(value);
    }
}
