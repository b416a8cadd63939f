using System.Collections.Immutable;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Deletes;

/// <summary>Rows deleted from a cold table of two days with 1,000 rows each: <c>id</c> from 0, <c>amount = id / 100</c>, <c>note 0</c> to <c>note 6</c>.</summary>
public class ColdDeletesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TableIdentifier Events = new("default", "events");

    [Fact]
    public async Task DeleteAsync_WholeDays_RemovesFilesUnread()
    {
        await using var scene = await ArchivedAsync();

        var result = await DeleteAsync(scene, Expression.LessThan("at", Literal.Timestamptz(At(2026, 2, 2))));

        Assert.Equal((1000L, 1, 0), (result.Rows, result.FilesRemoved, result.DeleteFiles));
        Assert.Equal("1000 | 1000", await scene.Tiers.ColdAsync("SELECT count(*), min(id) FROM events"));
        Assert.Equal("0 | 1000", await TotalsAsync(scene));
    }

    [Fact]
    public async Task DeleteAsync_SomeRows_AreDeletedByPositionAndOnceOnly()
    {
        await using var scene = await ArchivedAsync();

        var first = await DeleteAsync(scene, Expression.Equal("note", Literal.String("note 3")));
        var second = await DeleteAsync(scene, Expression.In("note", Literal.String("note 3"), Literal.String("note 4")));
        var third = await DeleteAsync(scene, Expression.Equal("note", Literal.String("note 3")));

        Assert.Equal((286L, 0, 2), (first.Rows, first.FilesRemoved, first.DeleteFiles));
        Assert.Equal((286L, 0, 2), (second.Rows, second.FilesRemoved, second.DeleteFiles));
        Assert.Equal(ColdDeletion.Nothing, third);
        Assert.Equal("1428 | 0", await scene.Tiers.ColdAsync("SELECT count(*), count(*) FILTER (note IN ('note 3', 'note 4')) FROM events"));
        Assert.Equal("572 | 2000", await TotalsAsync(scene));

        // Files that are deleted whole are counted without what was deleted before, and take those deletes along.
        var rest = await DeleteAsync(scene, Expression.GreaterThanOrEqual("id", Literal.Long(1000)));
        Assert.Equal((714L, 1), (rest.Rows, rest.FilesRemoved));
        Assert.Equal("714", await scene.Tiers.ColdAsync("SELECT count(*) FROM events"));
        Assert.Equal("286 | 1000", await TotalsAsync(scene));
    }

    [Fact]
    public async Task DeleteAsync_NullsAndNegations_AreAsTheExpressionsHaveThem()
    {
        await using var scene = await ArchivedAsync("UPDATE events SET note = NULL WHERE id % 10 = 0");

        var notEqual = await DeleteAsync(scene, Expression.And(Expression.NotEqual("note", Literal.String("note 1")), Expression.NotNull("note")));
        Assert.Equal("458 | 258", await scene.Tiers.ColdAsync("SELECT count(*), count(note) FROM events"));
        Assert.Equal(2000 - 458, notEqual.Rows);

        await DeleteAsync(scene, Expression.Not(Expression.StartsWith("note", "note")));
        Assert.Equal("258 | 258", await scene.Tiers.ColdAsync("SELECT count(*), count(note) FROM events"));
    }

    [Fact]
    public async Task DeleteAsync_WrongPredicate_NamesTheColumnAndLeavesEverything()
    {
        await using var scene = await ArchivedAsync();

        var error = await Assert.ThrowsAsync<IcebergException>(() => DeleteAsync(scene, Expression.IsNull("nothing")));

        Assert.Equal(IcebergErrorKind.InvalidExpression, error.Kind);
        Assert.Equal("There is no column 'nothing'; the columns are 'id', 'at', 'amount', 'note'.", error.Message);
        Assert.Equal("2000", await scene.Tiers.ColdAsync("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task DeleteAsync_TwoAtOnce_DeleteTheirRows()
    {
        await using var scene = await ArchivedAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(note => DeleteAsync(scene, Expression.Equal("note", Literal.String($"note {note}")))));

        Assert.Equal(2000 - 570, results.Sum(result => result.Rows));
        Assert.Equal("570 | 2", await scene.Tiers.ColdAsync("SELECT count(*), count(DISTINCT note) FROM events"));
    }

    private static Task<ColdDeletion> DeleteAsync(MoveScene scene, Expression predicate) => scene.Tiers.Get<ColdDeletes>().DeleteAsync(
        scene.Tiers.Get<ColdCatalog>().Current, Events, predicate, ImmutableDictionary<string, string>.Empty.Add("reason", "test"), CancellationToken.None);

    private static async Task<string> TotalsAsync(MoveScene scene)
    {
        var table = await scene.Tiers.Get<ColdCatalog>().Current.LoadTableAsync(Events, CancellationToken.None);
        var summary = table.Metadata.CurrentSnapshot!.Summary;
        Assert.Equal("test", summary["reason"]);
        return $"{summary["total-position-deletes"]} | {summary["total-records"]}";
    }

    private static long At(int year, int month, int day) => new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;

    private async Task<MoveScene> ArchivedAsync(string? before = null)
    {
        var scene = await MoveScene.StartAsync(postgres);
        if (before is not null)
        {
            await scene.Tiers.ExecuteAsync(before);
        }

        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        await scene.MoveAsync(new DateOnly(2026, 2, 2));
        return scene;
    }
}
