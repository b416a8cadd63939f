using FederatedQuery.Hot.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Hot.Tests.Connections;

public class PostgresConnectionsTests
{
    [Fact]
    public async Task StartAsync_NothingListens_EndsInTimeAndNamesTheSettings()
    {
        var options = new PostgresOptions { Host = "127.0.0.1", Port = 1, StartTimeout = TimeSpan.FromSeconds(1), Password = "secret" };
        await using var connections = new PostgresConnections(options, NullLoggerFactory.Instance, TimeProvider.System);

        var error = await Assert.ThrowsAsync<HotException>(() => connections.StartAsync(CancellationToken.None));

        Assert.Equal(HotErrorKind.Connection, error.Kind);
        Assert.StartsWith(
            "PostgreSQL at '127.0.0.1', port 1, database 'federatedquery' could not be reached as 'federatedquery': ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owner_NotStarted_SaysSo()
    {
        await using var connections = new PostgresConnections(new PostgresOptions(), NullLoggerFactory.Instance, TimeProvider.System);

        var error = Assert.Throws<InvalidOperationException>(() => connections.Owner);

        Assert.Equal("PostgreSQL is asked before the hot tier has started.", error.Message);
    }
}
