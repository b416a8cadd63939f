using System.Text;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Tables;

/// <summary>Reads by descriptions of tables from before their columns were renamed.</summary>
public class StaleDescriptionsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Exchange = "ALTER TABLE events RENAME note TO third; ALTER TABLE events RENAME other TO note; ALTER TABLE events RENAME third TO other";

    [Fact]
    public async Task Statement_ColumnsExchangedTheirNames_GoesByTheNewOnesAtOnce()
    {
        await using var scene = await StartAsync();
        const string Sql = "SELECT count(note) AS notes, count(other) AS others FROM events";
        Assert.Equal("""[{"notes":2000,"others":0}]""", await AskAsync(scene, Sql));

        await scene.Tiers.ExecuteAsync(Exchange);

        Assert.Equal("""[{"notes":0,"others":2000}]""", await AskAsync(scene, Sql));
        await scene.Tiers.ExecuteAsync("ALTER TABLE events RENAME other TO remark");
        Assert.Equal("""[{"n":2000}]""", await AskAsync(scene, "SELECT count(remark) AS n FROM events"));
    }

    [Fact]
    public async Task Rows_NameIsAnotherColumnsByNow_AreRefused()
    {
        await using var scene = await StartAsync();
        var query = new RowQuery
        {
            Table = await scene.Tiers.Get<TableRegistry>().RequireAsync(null, "events", CancellationToken.None),
            Filter = Expression.Equal("note", Literal.String("note 1")),
            Caller = Caller.Anonymous,
        };
        var reader = scene.Tiers.Get<RowReader>();

        // Columns that it knows nothing of, and names that are gone, do it no harm.
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ADD COLUMN extra int; ALTER TABLE events RENAME amount TO price");
        Assert.Equal(286, (await reader.CountAsync(query, CancellationToken.None)).Rows);
        await scene.Tiers.ExecuteAsync(Exchange);
        var refused = await Assert.ThrowsAsync<FederatedQueryException>(() => reader.CountAsync(query, CancellationToken.None));

        Assert.Equal(FailureKind.HotTier, refused.Kind);
        Assert.Equal("Columns of table 'events' were renamed, added or dropped just now, which is noticed within seconds. Ask again.", refused.Message);
    }

    private async Task<MoveScene> StartAsync()
    {
        var scene = await MoveScene.StartAsync(
            postgres, "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text, other text)");
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        return scene;
    }

    private static async Task<string> AskAsync(MoveScene scene, string sql)
    {
        using var answer = await scene.Tiers.Get<QueryService>().RunFederatedAsync(new QueryRequest { Sql = sql }, CancellationToken.None);
        return Encoding.UTF8.GetString(answer.RowsJson.Span);
    }
}
