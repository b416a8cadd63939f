using System.Buffers;
using BenchmarkDotNet.Attributes;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;

namespace FederatedQuery.Benchmarks.Json;

/// <summary>What writing one column type as JSON costs per row, and that it allocates nothing per row.</summary>
[MemoryDiagnoser]
public class JsonWriterBenchmarks
{
    private const int Rows = 100 * 2048;

    private readonly ArrayBufferWriter<byte> _destination = new(16 * 1024 * 1024);
    private DuckDBDatabase? _database;
    private DuckDBConnection? _connection;

    [Params("i", "i / 7.0", "(i / 7.0)::DECIMAL(18, 4)", "'row number ' || i", "TIMESTAMPTZ '2024-01-01 00:00:00+00' + i * INTERVAL 1 SECOND", "[i, i + 1]")]
    public string Column { get; set; } = "i";

    private DuckDBConnection Connection => _connection ?? throw new InvalidOperationException("The set-up has not run.");

    [GlobalSetup]
    public void Open()
    {
        _database = DuckDBDatabase.Open();
        _connection = _database.Connect();
        _connection.Execute($"CREATE TABLE source AS SELECT {Column} AS value FROM range({Rows}) AS numbers(i)");
    }

    [GlobalCleanup]
    public void Close()
    {
        _connection?.Dispose();
        _database?.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public long Read()
    {
        using var result = Connection.Query("SELECT * FROM source");
        return result.ReadChunks().Sum(chunk => (long)chunk.Count);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public long Write()
    {
        using var result = Connection.Query("SELECT * FROM source");
        using var writer = new DuckDBJsonWriter(result.Columns);
        foreach (var chunk in result.ReadChunks())
        {
            _destination.ResetWrittenCount();
            writer.WriteLines(chunk, _destination);
        }

        return writer.RowCount;
    }
}
