namespace FederatedQuery.DuckDb.Tests;

public sealed class DuckDBConnectionPoolTests : DuckDBTest
{
    [Fact]
    public async Task RentAsync_AllRented_WaitsForAReturn()
    {
        using var pool = new DuckDBConnectionPool(Database, maximumConnections: 1);
        var first = await pool.RentAsync(CancellationToken.None);
        var connection = first.Connection;

        var waiting = pool.RentAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        first.Dispose();

        using var second = await waiting;
        Assert.Same(connection, second.Connection);
        Assert.Throws<ObjectDisposedException>(() => first.Connection);
    }

    [Fact]
    public async Task RentAsync_Cancelled_GivesUpItsPlace()
    {
        using var pool = new DuckDBConnectionPool(Database, maximumConnections: 1);
        using var cancellation = new CancellationTokenSource();
        var first = await pool.RentAsync(CancellationToken.None);

        var waiting = pool.RentAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.Dispose();
        using var second = await pool.RentAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Dispose_LeaseOfBusyConnection_IsNotReused()
    {
        using var pool = new DuckDBConnectionPool(Database, maximumConnections: 1);
        var lease = await pool.RentAsync(CancellationToken.None);
        var connection = lease.Connection;
        var unread = connection.Query("SELECT * FROM range(1000000)");

        lease.Dispose();

        using var second = await pool.RentAsync(CancellationToken.None);
        Assert.NotSame(connection, second.Connection);
        unread.Dispose();
    }

    [Fact]
    public async Task RentAsync_NewConnection_IsPreparedOnce()
    {
        var prepared = 0;
        using var pool = new DuckDBConnectionPool(Database, 2, connection =>
        {
            prepared++;
            connection.Execute("SET TimeZone = 'Asia/Tokyo'");
        });

        for (var i = 0; i < 3; i++)
        {
            using var lease = await pool.RentAsync(CancellationToken.None);
            using var result = lease.Connection.Query("SELECT current_setting('TimeZone')");
            using var chunk = result.ReadChunk();
            Assert.Equal("Asia/Tokyo", chunk![0].String(0));
        }

        Assert.Equal(1, prepared);
    }
}
