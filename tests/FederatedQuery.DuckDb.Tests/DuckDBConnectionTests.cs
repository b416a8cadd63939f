namespace FederatedQuery.DuckDb.Tests;

public sealed class DuckDBConnectionTests : DuckDBTest
{
    [Fact]
    public void Query_ManyRows_StreamsChunksWithColumns()
    {
        using var result = Connection.Query("SELECT i AS id, 'row ' || i AS name FROM range(5000) t(i)");

        var ids = new List<long>();
        var names = new List<string>();
        foreach (var chunk in result.ReadChunks())
        {
            ids.AddRange(chunk[0].Values<long>());
            names.AddRange(Enumerable.Range(0, chunk.Count).Select(row => chunk[1].String(row)));
        }

        Assert.Equal(["id BIGINT", "name VARCHAR"], result.Columns.Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (long)i), ids);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"row {i}"), names);
        Assert.Equal(DuckDBStatementType.Select, result.StatementType);
        Assert.False(Connection.IsBusy);
    }

    [Fact]
    public async Task ReadChunksAsync_ManyRows_GivesAll()
    {
        using var result = await Connection.QueryAsync("SELECT i FROM range(10000) t(i)", null, CancellationToken.None);

        var sum = 0L;
        await foreach (var chunk in result.ReadChunksAsync(CancellationToken.None))
        {
            foreach (var value in chunk[0].Values<long>())
            {
                sum += value;
            }
        }

        Assert.Equal(49_995_000, sum);
    }

    [Fact]
    public void Execute_SeveralStatements_RunsAllAndCountsTheLast()
    {
        var changed = Connection.Execute("CREATE TABLE t(i INT); INSERT INTO t SELECT range FROM range(10); DELETE FROM t WHERE i < 4");

        Assert.Equal(4, changed);
        Assert.Equal(6, ReadLong("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Execute_SecondStatementFails_FirstStaysDone()
    {
        var exception = Assert.Throws<DuckDBException>(() => Connection.Execute("CREATE TABLE t(i INT); SELECT * FROM nothing"));

        Assert.Equal(DuckDBErrorType.Catalog, exception.ErrorType);
        Assert.Equal(0, ReadLong("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("SELECT 1", 1)]
    [InlineData("SELECT 1; SELECT ';'; -- ;", 2)]
    public void CountStatements_Text_IsParsed(string sql, int expected) => Assert.Equal(expected, Connection.CountStatements(sql));

    [Fact]
    public void Query_SecondWhileFirstIsRead_SaysTheConnectionIsBusy()
    {
        using var first = Connection.Query("SELECT i FROM range(100000) t(i)");

        var exception = Assert.Throws<InvalidOperationException>(() => Connection.Query("SELECT 1"));

        Assert.StartsWith("The connection is still busy", exception.Message, StringComparison.Ordinal);
        first.Dispose();
        Assert.Equal(1, ReadLong("SELECT 1"));
    }

    [Fact]
    public void Query_TextWithNulCharacter_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Connection.Query("SELECT 1\0; DROP TABLE t"));

    [Fact]
    public void Query_WrongParameterCount_SaysBothCounts()
    {
        var exception = Assert.Throws<ArgumentException>(() => Connection.Query("SELECT ?, ?", [1]));

        Assert.StartsWith("The statement has 2 parameters, but 1 values were given.", exception.Message, StringComparison.Ordinal);
        Assert.False(Connection.IsBusy);
    }

    [Fact]
    public async Task Query_TokenCancelledWhileRunning_IsInterrupted()
    {
        using var cancellation = new CancellationTokenSource();
        var running = Connection.QueryAsync("SELECT count(*) FROM range(100000000000) a(i) WHERE i % 7 = 3", null, cancellation.Token);
        while (!Connection.IsBusy)
        {
            await Task.Yield();
        }

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal(1, ReadLong("SELECT 1"));
    }

    [Fact]
    public async Task ReadChunk_TokenCancelledMidway_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        using var result = Connection.Query("SELECT i FROM range(100000000000) a(i)", null, cancellation.Token);
        using var first = result.ReadChunk();

        await cancellation.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => result.ReadChunk());
    }

    [Fact]
    public void Query_TokenCancelledBefore_DoesNotRun()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Connection.Query("CREATE TABLE t(i INT)", null, cancellation.Token));
        Assert.Equal(0, ReadLong("SELECT count(*) FROM duckdb_tables()"));
    }

    [Fact]
    public async Task Interrupt_WithoutToken_IsADuckDBException()
    {
        var running = Connection.QueryAsync("SELECT count(*) FROM range(100000000000) a(i) WHERE i % 7 = 3", null, CancellationToken.None);
        while (!running.IsCompleted)
        {
            // Until the query runs an interrupt is cleared by its start.
            Connection.Interrupt();
            await Task.Yield();
        }

        var exception = await Assert.ThrowsAsync<DuckDBException>(() => running);
        Assert.Equal(DuckDBErrorType.Interrupt, exception.ErrorType);
    }

    [Fact]
    public void Query_SyntaxTree_ComesFromJsonSerializeSql() =>
        Assert.Contains("\"SELECT_NODE\"", ReadString("SELECT json_serialize_sql(?::VARCHAR)", "SELECT 1"), StringComparison.Ordinal);

    [Fact]
    public void Progress_NoQuery_IsUnknown() => Assert.Equal(-1, Connection.Progress.Percentage);
}
