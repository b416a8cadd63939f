using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Maintenance.Compaction;
using FederatedQuery.Tiering.Tests.Maintenance.Compaction;

namespace FederatedQuery.Tiering.Tests.Maintenance.Manifests;

/// <summary>A table whose every commit adds a file to each of 12 days, manifests never being merged: each of them is about all days.</summary>
public sealed class ManifestRewriterTests : IDisposable
{
    private const int Days = 12;

    private readonly CompactionScene _scene = new(
        new KeyValuePair<string, string>(TableProperties.ManifestMergeEnabled, "false"),
        new KeyValuePair<string, string>(TableProperties.ManifestTargetSizeBytes, "12000"));

    private static Expression OfDay => Expression.And(Expression.GreaterThanOrEqual("at", CompactionScene.At(4)), Expression.LessThan("at", CompactionScene.At(5)));

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task RewriteAsync_ManifestsOfAllDays_AreSortedByDay()
    {
        await AppendAsync(commits: 12);
        await _scene.DeleteAsync(Expression.Equal("id", Literal.Long(7)));
        var before = await _scene.PlanAsync(OfDay);
        var files = (await _scene.PlanAsync()).Tasks.ToDictionary(task => task.File, task => (task.SequenceNumber, task.FileSequenceNumber, task.Deletes.Length));
        var ids = await _scene.IdsAsync();

        var result = await _scene.ManifestRewriter.RewriteAsync(_scene.Catalog, CompactionScene.Events, default);

        var after = await _scene.PlanAsync(OfDay);
        Assert.Equal((12, 12), (before.ManifestsTotal, before.ManifestsRead));
        Assert.True(after.ManifestsRead <= 2 && after.ManifestsRead < after.ManifestsTotal, $"{after.ManifestsRead} of {after.ManifestsTotal}");
        Assert.Equal((13, after.ManifestsTotal + 1, _scene.Snapshot.SnapshotId), (result.ManifestsBefore, result.ManifestsAfter, result.SnapshotId!.Value));
        Assert.Equal(before.Tasks.Select(task => task.File).ToHashSet(), after.Tasks.Select(task => task.File).ToHashSet());

        // Ages stay, or deletes would apply to other files than before.
        Assert.All((await _scene.PlanAsync()).Tasks, task => Assert.Equal(files[task.File], (task.SequenceNumber, task.FileSequenceNumber, task.Deletes.Length)));
        Assert.Equal(("replace", "manifests", "144", "12"), (
            _scene.Snapshot.Operation, _scene.Snapshot.Summary[Compactor.PurposeProperty], _scene.Snapshot.Summary["total-data-files"], _scene.Snapshot.Summary["manifests-replaced"]));
        Assert.DoesNotContain("added-data-files", _scene.Snapshot.Summary.Keys);
        Assert.Equal(ids, await _scene.IdsAsync());
        Assert.Equal(ids, await _scene.IcebirdIdsAsync());

        // Now they are.
        Assert.Null((await _scene.ManifestRewriter.RewriteAsync(_scene.Catalog, CompactionScene.Events, default)).SnapshotId);
    }

    [Fact]
    public async Task RewriteAsync_FewManifests_AreLeftAlone()
    {
        await AppendAsync(commits: 2);
        var snapshot = _scene.Snapshot.SnapshotId;

        var result = await _scene.ManifestRewriter.RewriteAsync(_scene.Catalog, CompactionScene.Events, default);

        Assert.Equal((2, 2, null, snapshot), (result.ManifestsBefore, result.ManifestsAfter, result.SnapshotId, _scene.Snapshot.SnapshotId));
    }

    [Fact]
    public async Task RewriteAsync_OthersCommitMeanwhile_TakesTheirFilesAlong()
    {
        await AppendAsync(commits: 12);
        var interfered = 0;
        _scene.Catalog.BeforeCommit = async _ =>
        {
            if (interfered++ == 0)
            {
                await _scene.AppendAsync(CompactionScene.Rows(0, 5000, 3));
            }
        };

        var result = await _scene.ManifestRewriter.RewriteAsync(_scene.Catalog, CompactionScene.Events, default);

        Assert.NotNull(result.SnapshotId);
        Assert.Equal(145, (await _scene.PlanAsync()).Tasks.Length);
        Assert.Equal([5000L, 5001, 5002], (await _scene.IdsAsync()).Where(id => id >= 5000));
    }

    [Fact]
    public async Task RewriteAsync_TableWithoutRows_DoesNothing() =>
        Assert.Equal(0, (await _scene.ManifestRewriter.RewriteAsync(_scene.Catalog, CompactionScene.Events, default)).ManifestsBefore);

    [Fact]
    public async Task RewriteAsync_OtherFormatVersion_IsRefusedByName()
    {
        _scene.Catalog.Put(_scene.Table with { Metadata = _scene.Table.Metadata with { FormatVersion = 3 } });

        var error = await Assert.ThrowsAsync<IcebergException>(() => _scene.ManifestRewriter.RewriteAsync(_scene.Catalog, CompactionScene.Events, default));

        Assert.Equal("Table 's3://lake/events' is of format version 3; tables of version 2 are written.", error.Message);
    }

    private async Task AppendAsync(int commits)
    {
        for (var commit = 0; commit < commits; commit++)
        {
            await _scene.AppendAsync(string.Join(" UNION ALL ", Enumerable.Range(0, Days).Select(day => CompactionScene.Rows(day, ((commit * Days) + day) * 2, 2))));
        }
    }
}
