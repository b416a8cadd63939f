using FederatedQuery.Hot.Statements;
using FederatedQuery.Testing;

namespace FederatedQuery.Hot.Tests.Statements;

public sealed class PostgresStatementRunnerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Whoever gives up does not wait for it, so only the server itself can end it.</summary>
    [Fact]
    public async Task Open_CancelledBeforeItsFirstRow_EndsOnTheServer()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync($"CREATE ROLE {database.Options.QueryUser} LOGIN");
        var runner = new PostgresStatementRunner(database.Connections);
        using var cancellation = new CancellationTokenSource();
        var running = runner.OpenAsync("SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b", parameters: null, limit: 10, cancellation.Token);
        await database.UntilCopiesRunAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await database.UntilCopiesRunAsync(0);
    }
}
