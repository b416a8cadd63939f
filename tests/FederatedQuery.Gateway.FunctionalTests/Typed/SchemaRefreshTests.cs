using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>Tables that come, change and go while the gateway runs.</summary>
[Collection(TypedGatewayTests.Name)]
public class SchemaRefreshTests(TypedGateway gateway)
{
    [Fact]
    public async Task Refresh_TableAddedAlteredDropped_IsFollowed()
    {
        await gateway.ExecuteAsync("CREATE TABLE order_lines (id int PRIMARY KEY, note text); INSERT INTO order_lines VALUES (1, 'a')");
        await gateway.RefreshAsync();
        Assert.Equal("a", await NoteAsync("note"));

        // The first column is dropped and another added: what the others are called by in statements must not shift.
        await gateway.ExecuteAsync("ALTER TABLE order_lines ADD COLUMN remark text DEFAULT 'r', ADD COLUMN size int; ALTER TABLE order_lines RENAME COLUMN note TO \"NOTE\"");
        Assert.Contains("note", (await gateway.ErrorAsync("{ orderLines { nodes { note } } }")).Message, StringComparison.Ordinal);
        await gateway.RefreshAsync();
        Assert.Equal("a", await NoteAsync("note"));
        Assert.Equal("r", await NoteAsync("remark"));

        await gateway.ExecuteAsync("DROP TABLE order_lines");
        await gateway.RefreshAsync();
        var (_, message) = await gateway.ErrorAsync("{ orderLines { nodes { note } } }");
        Assert.StartsWith("Cannot query field \"orderLines\" on type \"Query\".", message, StringComparison.Ordinal);

        async Task<string?> NoteAsync(string field) => (await gateway.DataAsync($$"""{ orderLines { nodes { text: {{field}} } } }"""))
            .GetProperty("orderLines").GetProperty("nodes")[0].GetProperty("text").GetString();
    }

    /// <summary>Nobody asks for a refresh, and requests that run meanwhile do not notice.</summary>
    [Fact]
    public async Task Ddl_WhileRequestsRun_IsNoticed()
    {
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            while (!stop.IsCancellationRequested)
            {
                var data = await gateway.DataAsync("{ sales(first: 20, order: [{ date: DESC }]) { nodes { id customer { name } } } }");
                Assert.Equal(20, data.GetProperty("sales").GetProperty("nodes").GetArrayLength());
                count++;
            }

            return count;
        })).ToList();

        await gateway.ExecuteAsync("CREATE TABLE noticed (id int PRIMARY KEY)");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await gateway.Process.QueryAsync("{ noticed { totalCount } }")).TryGetProperty("errors", out _))
        {
            await Task.Delay(200, patience.Token);
        }

        await gateway.ExecuteAsync("DROP TABLE noticed");
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), count => Assert.True(count > 0));
    }

    [Fact]
    public async Task Schema_AsSdl_HasTheTables()
    {
        var sdl = await gateway.Process.Client.GetStringAsync(new Uri("/graphql/schema", UriKind.Relative));

        Assert.Contains("type SaleConnection", sdl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_NothingChanged_SaysSo()
    {
        await gateway.RefreshAsync();
        using var response = await gateway.Process.Client.PostAsync(new Uri("/graphql/schema/refresh", UriKind.Relative), null);

        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.False(answer.GetProperty("changed").GetBoolean());
        Assert.True(answer.GetProperty("tables").GetInt32() >= 3);
    }
}
