using FederatedQuery.Cold.Engine;
using FederatedQuery.DuckDb;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Engine;

public sealed class DuckDbEngineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDbEngine _engine;

    public DuckDbEngineTests()
    {
        Directory.CreateDirectory(_folder.File("warehouse"));
        _engine = new DuckDbEngine(() => new DuckDbEngineOptions
        {
            MemoryLimit = "10%",
            Threads = 2,
            TemporaryDirectory = _folder.File("spill"),
            Directories = [_folder.File("warehouse")],
        }, [], []);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM read_text('/etc/hostname')")]
    [InlineData("ATTACH '/tmp/other.db'")]
    [InlineData("COPY (SELECT 1) TO '/tmp/outside.parquet'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("SET lock_configuration = false")]
    [InlineData("SET memory_limit = '1TB'")]
    public async Task Execute_OutsideItsFolders_IsRefusedByDuckDbItself(string sql)
    {
        using var lease = await _engine.Pool.RentAsync(CancellationToken.None);

        Assert.Throws<DuckDBException>(() => lease.Connection.Execute(sql));
    }

    [Fact]
    public async Task Execute_WithinItsFolders_ReadsAndWrites()
    {
        using var lease = await _engine.Pool.RentAsync(CancellationToken.None);
        var file = DuckDBSql.QuoteLiteral(_folder.File("warehouse/a.parquet"));

        lease.Connection.Execute($"COPY (SELECT 42 AS answer) TO {file}");
        using var result = lease.Connection.Query($"SELECT answer FROM read_parquet({file})");
        using var chunk = result.ReadChunk();

        Assert.Equal(42, chunk![0].Values<int>()[0]);
    }

    [Fact]
    public async Task Session_TimeZone_IsUtc()
    {
        using var lease = await _engine.Pool.RentAsync(CancellationToken.None);

        using var result = lease.Connection.Query("SELECT (TIMESTAMPTZ '2024-01-01 00:00:00')::VARCHAR");
        using var chunk = result.ReadChunk();

        Assert.Equal("2024-01-01 00:00:00+00", chunk![0].String(0));
    }
}
