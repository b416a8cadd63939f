using System.Text;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Repartition;

namespace FederatedQuery.Tiering.Tests.Moves;

/// <summary>Stored results of statements over tables that are moved and laid out anew.</summary>
public class StoredResultTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Run_AfterAMove_IsRunAnewWithTheSameRows()
    {
        const string Sql = "SELECT count(*) AS n, count(DISTINCT e.id) AS ids FROM events e";
        await using var scene = await MoveScene.StartAsync(postgres);
        var queries = scene.Tiers.Get<QueryService>();
        await queries.MaterializeAsync(new QueryRequest { Sql = Sql }, null, CancellationToken.None);
        Assert.Equal((DataSource.Materialized, """[{"n":2000,"ids":2000}]"""), await AskAsync(queries, Sql));

        await scene.MoveAsync(new DateOnly(2026, 2, 1));

        Assert.Equal((DataSource.Federated, """[{"n":2000,"ids":2000}]"""), await AskAsync(queries, Sql));
        await queries.MaterializeAsync(new QueryRequest { Sql = Sql }, null, CancellationToken.None);
        Assert.Equal((DataSource.Materialized, """[{"n":2000,"ids":2000}]"""), await AskAsync(queries, Sql));
    }

    [Fact]
    public async Task Run_AfterARepartitioning_IsStillAnswered()
    {
        const string Sql = "SELECT region, sum(amount) AS amount FROM t GROUP BY region ORDER BY region";
        await using var scene = await RepartitionScene.StartAsync(postgres, rows: 1_000);
        var queries = scene.Tiers.Get<QueryService>();
        await queries.MaterializeAsync(new QueryRequest { Sql = Sql }, null, CancellationToken.None);
        var before = await AskAsync(queries, Sql);

        await scene.RepartitionAsync(null, "region");

        Assert.Equal(DataSource.Materialized, before.Source);
        Assert.Equal(before, await AskAsync(queries, Sql));
    }

    private static async Task<(DataSource Source, string Rows)> AskAsync(QueryService queries, string sql)
    {
        using var answer = await queries.RunFederatedAsync(new QueryRequest { Sql = sql }, CancellationToken.None);
        return (answer.DataSource, Encoding.UTF8.GetString(answer.RowsJson.Span));
    }
}
