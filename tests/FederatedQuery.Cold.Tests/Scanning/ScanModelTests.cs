using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Iceberg;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>Scans of tables with a past, with deletes of every kind, against a model that goes by the words of the specification.</summary>
public class ScanModelTests
{
    private static readonly int[][] Keys = [[ScanModel.Id], [ScanModel.Text], [ScanModel.Id, ScanModel.Text], [ScanModel.PointX], [ScanModel.Added], [ScanModel.Dropped], [ScanModel.Part, ScanModel.Id]];

    [Fact]
    public void Scan_AnyFilesAndDeletes_GivesTheRowsOfTheModel() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            using var scene = new ScanScene();
            Fill(scene, random);

            var rows = scene.ReadAsync().GetAwaiter().GetResult();

            AssertSame(scene.Expected, rows);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public async Task Scan_AColumnAlone_StillDeletesByOthers()
    {
        using var scene = new ScanScene();
        scene.AddFile(0, null, false, 1, [Row(id: 1, text: "a"), Row(id: 2, text: "b")]);
        scene.DeleteEqual(false, null, 2, [ScanModel.Id, ScanModel.Dropped], [[1, null]]);

        Assert.Equal(["""["b"]"""], await scene.ReadAsync("SELECT \"Text\" FROM t"));
        Assert.Equal(["[1]"], await scene.ReadAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Scan_ManyDeletedRows_GivesTheRest()
    {
        using var scene = new ScanScene();
        scene.AddFile(0, null, false, 1, [.. Enumerable.Range(0, 10_000).Select(i => Row(id: i))]);
        scene.DeleteByVector(0, 2, [.. Enumerable.Range(0, 10_000).Where(i => i % 3 != 0)]);
        scene.DeleteEqual(false, null, 3, [ScanModel.Id], [.. Enumerable.Range(0, 10_000).Where(i => i % 2 == 0).Select(i => new object?[] { i })]);

        Assert.Equal(["[1667,8336667]"], await scene.ReadAsync("SELECT count(*), sum(key) FROM t"));
    }

    [Fact]
    public async Task Scan_BrokenDeletionVector_IsRefusedByName()
    {
        using var scene = new ScanScene();
        scene.AddFile(0, null, false, 1, [Row(id: 1), Row(id: 2)]);
        var path = scene.DeleteByVector(0, 2, [1]);
        var bytes = await File.ReadAllBytesAsync(path);
        for (var i = 4; i < bytes.Length - 4; i++)
        {
            bytes[i] ^= 0x55;
            await File.WriteAllBytesAsync(path, bytes);
            bytes[i] ^= 0x55;

            var exception = await Assert.ThrowsAsync<IcebergException>(() => scene.ReadAsync());

            Assert.Equal(IcebergErrorKind.InvalidFile, exception.Kind);
            Assert.StartsWith($"Cannot read the deletion vector in '{path}' at 4: ", exception.Message);
        }
    }

    private static void Fill(ScanScene scene, Random random)
    {
        var files = random.Next(1, 6);
        for (var i = 0; i < files; i++)
        {
            var isPartitioned = random.Next(2) == 0;
            scene.AddFile(
                random.Next(ScanModel.Versions.Length), isPartitioned ? Part(random) : null, isPartitioned, random.Next(1, 5),
                [.. Enumerable.Range(0, random.Next(0, 8)).Select(_ => AnyRow(random))]);
        }

        for (var i = random.Next(0, 5); i > 0; i--)
        {
            var isPartitioned = random.Next(2) == 0;
            var fields = Keys[random.Next(Keys.Length)];
            switch (random.Next(4))
            {
                case 0:
                    scene.DeletePositions(random.Next(files), random.Next(1, 6), [.. Enumerable.Range(0, 8).Where(_ => random.Next(2) == 0)]);
                    break;
                case 1:
                    scene.DeleteByVector(random.Next(files), 5, [.. Enumerable.Range(0, 8).Where(_ => random.Next(2) == 0)]);
                    break;
                default:
                    scene.DeleteEqual(
                        isPartitioned, isPartitioned ? Part(random) : null, random.Next(1, 6), fields,
                        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => fields.Select(field => field is ScanModel.Text or ScanModel.Part ? Part(random) : (object?)Small(random)).ToArray())]);
                    break;
            }
        }
    }

    private static ScanModel.Row AnyRow(Random random) => new(
        Small(random),
        Part(random),
        random.Next(4) == 0 ? null : (Small(random), Part(random), Small(random)),
        random.Next(3) == 0 ? null : [.. Enumerable.Range(0, random.Next(3)).Select(_ => Small(random))],
        random.Next(3) == 0 ? (int)ScanModel.AddedDefault : Small(random),
        Part(random),
        Small(random));

    private static ScanModel.Row Row(int? id = null, string? text = null) => new(id, text, null, null, null, null, null);

    private static int? Small(Random random) => random.Next(5) is var number and < 4 ? number : null;

    private static string? Part(Random random) => random.Next(4) switch
    {
        0 => "a",
        1 => "b'\"é",
        2 => "",
        _ => null,
    };

    private static void AssertSame(IEnumerable<JsonArray> expected, List<string> actual) => Assert.Equal(
        expected.Select(row => Normal(row.ToJsonString())).Order(StringComparer.Ordinal), actual.Select(Normal).Order(StringComparer.Ordinal));

    private static string Normal(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }
}
