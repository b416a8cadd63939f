using FederatedQuery.DuckDb.Types;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Hot.Tests.Scans;

public sealed class HotRowsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly FirstRows NewestThousands = new([new HotOrder("id", Descending: true)], IsWhole: true, 5000);

    [Fact]
    public async Task ReadAsync_FirstRows_GivesThemInOrderChunkByChunk()
    {
        await using var scene = await StartAsync();
        var scan = Scan(scene, NewestThousands);

        var rows = await RowsAsync(scan, ("note", DuckDBLogicalType.Json), ("id", DuckDBLogicalType.Integer));

        Assert.True(scan.IsFirstInOrder);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $$"""{"n": {{10_000 - i}}} | {{10_000 - i}}"""), rows);
        Assert.Equal(5000, scan.Statistics.Rows);
        Assert.EndsWith("SELECT \"note\", \"id\" FROM \"public\".\"t\" ORDER BY \"id\" DESC LIMIT 5000", HotRows.Sql(scan, ["note", "id"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_NoRows_GivesNoChunk()
    {
        await using var scene = await StartAsync();

        Assert.Empty(await RowsAsync(Scan(scene, NewestThousands, Expression.GreaterThan("id", Literal.Int(10_000))), ("id", DuckDBLogicalType.Integer)));
    }

    [Fact]
    public async Task ReadAsync_Fails_LeavesTheSessionUsable()
    {
        await using var scene = await StartAsync();
        await scene.Database.ExecuteAsync("CREATE VIEW broken AS SELECT id, 1 / (id - 3) AS inverse FROM t");
        using var lease = await scene.ScanAsync("broken");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => RowsAsync(lease.Scan, ("inverse", DuckDBLogicalType.Integer)));

        Assert.Equal(["10000"], (await RowsAsync(Scan(scene, NewestThousands), ("id", DuckDBLogicalType.Integer))).Take(1));
    }

    [Fact]
    public async Task IsFirstInOrder_OrderThatIsNotWhole_IsNot()
    {
        await using var scene = await StartAsync();

        Assert.False(Scan(scene, NewestThousands with { IsWhole = false }).IsFirstInOrder);
        Assert.False(Scan(scene, first: null).IsFirstInOrder);
    }

    private Task<ScanScene> StartAsync() => ScanScene.StartAsync(
        postgres, "CREATE TABLE t AS SELECT g AS id, json_build_object('n', g)::jsonb AS note FROM generate_series(1, 10000) g", TimeSpan.FromSeconds(10));

    private static HotScan Scan(ScanScene scene, FirstRows? first, Expression? predicate = null) => new(scene.Session, scene.Table, predicate: predicate, first: first);

    private static async Task<List<string>> RowsAsync(HotScan scan, params (string Name, DuckDBLogicalType Type)[] columns)
    {
        var rows = new List<string>();
        foreach (var chunk in await HotRows.ReadAsync(scan, columns, TimeProvider.System, CancellationToken.None))
        {
            using (chunk)
            {
                Assert.Equal(columns.Select(column => column.Type), chunk.Types);
                rows.AddRange(Enumerable.Range(0, chunk.Count).Select(row => VectorText.Row(chunk, row)));
            }
        }

        return rows;
    }
}
