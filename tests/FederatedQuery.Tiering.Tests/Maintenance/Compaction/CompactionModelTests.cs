using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Tiering.Maintenance.Compaction;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Tiering.Tests.Maintenance.Compaction;

/// <summary>Random histories of a table with compactions and rewrites of manifests in between: it holds the rows that a set in memory holds.</summary>
public class CompactionModelTests
{
    private const int Days = 3;

    [Fact]
    public void CompactAsync_RandomHistories_KeepsTheRows() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => RunAsync(new Random(seed)).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(8));

    private static async Task RunAsync(Random random)
    {
        using var scene = new CompactionScene(new KeyValuePair<string, string>(TableProperties.ManifestMinCountToMerge, "4"));
        var ids = new SortedSet<long>();
        await scene.CommitAsync(new MetadataChange(table => table.UpdatePartitionSpec(spec => spec.Remove("at_day"))));
        scene.Compactor.BeforeCommit = async () =>
        {
            if (random.Next(3) == 0)
            {
                await ChangeRowsAsync(scene, ids, random);
            }
        };
        for (var step = 0; step < 12; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    await scene.CommitAsync(new MetadataChange(table => table.UpdatePartitionSpec(spec => Change(table, spec, random))));
                    break;
                case 1:
                    await scene.ManifestRewriter.RewriteAsync(scene.Catalog, CompactionScene.Events, default);
                    break;
                case 2 or 3:
                    await scene.CompactAsync(Options(random));
                    Assert.Empty(scene.Staged);
                    break;
                default:
                    await ChangeRowsAsync(scene, ids, random);
                    break;
            }

            Assert.Equal(ids, await scene.IdsAsync());
        }

        scene.Compactor.BeforeCommit = () => Task.CompletedTask;
        await scene.CompactAsync(new CompactionOptions { MinInputFiles = 2, DeleteFileThreshold = 1 });
        Assert.Equal(ids, await scene.IdsAsync());
        var day = (CompactionScene.At(1), CompactionScene.At(2));
        Assert.Equal(
            ids.Where(id => id % Days == 1),
            (await scene.QueryAsync("SELECT id FROM {0} WHERE \"at\" >= '2026-03-02 00:00:00+00' AND \"at\" < '2026-03-03 00:00:00+00' ORDER BY id", Expression.And(Expression.GreaterThanOrEqual("at", day.Item1), Expression.LessThan("at", day.Item2)))).Values);
        Assert.Equal(0, (await scene.PlanAsync()).Tasks.Sum(task => task.Deletes.Length));
        Assert.Equal("0", scene.Table.Metadata.CurrentSnapshot?.Summary["total-delete-files"] ?? "0");
        Assert.Empty(await scene.UnreferencedAsync());
    }

    private static async Task ChangeRowsAsync(CompactionScene scene, SortedSet<long> ids, Random random)
    {
        var some = ids.Where(_ => random.Next(6) == 0).ToArray();
        switch (random.Next(5))
        {
            case 0 when some.Length > 0:
                await scene.DeleteByIdAsync(some);
                ids.ExceptWith(some);
                break;
            case 1 when some.Length > 0:
                await scene.DeleteAsync(Expression.In("id", [.. some.Select(id => Literal.Long(id))]));
                ids.ExceptWith(some);
                break;
            default:
                var first = ids.Count == 0 ? 0 : (int)ids.Max + 1;
                var count = random.Next(1, 30);
                await scene.AppendAsync(string.Join(" UNION ALL ", Enumerable.Range(0, Days).Select(day => $"SELECT * FROM ({CompactionScene.Rows(day, first, count)}) WHERE id % {Days} = {day}")));
                ids.UnionWith(Enumerable.Range(first, count).Select(id => (long)id));
                break;
        }
    }

    /// <summary>By day or month of the time, or bucket or value of the id, or not at all.</summary>
    private static PartitionSpecUpdate Change(TableMetadata table, PartitionSpecUpdate spec, Random random)
    {
        foreach (var field in table.DefaultSpec.Fields.Where(field => field.Transform is not VoidTransform))
        {
            spec = spec.Remove(field.Name);
        }

        return random.Next(5) switch
        {
            0 => spec.Add("at", Transform.Day),
            1 => spec.Add("at", Transform.Month).Add("id", Transform.Bucket(2)),
            2 => spec.Add("id", Transform.Truncate(40)),
            3 => spec.Add("note", Transform.Identity),
            _ => spec,
        };
    }

    private static CompactionOptions Options(Random random) => new()
    {
        MinInputFiles = random.Next(1, 4),
        DeleteFileThreshold = random.Next(1, 4),
        GroupsPerCommit = random.Next(1, 4),
        MaxGroupBytes = random.Next(2) == 0 ? 5_000 : null,
        TargetFileBytes = random.Next(2) == 0 ? 20_000 : null,
    };
}
