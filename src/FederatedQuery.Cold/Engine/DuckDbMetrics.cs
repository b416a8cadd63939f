using System.Diagnostics.Metrics;
using FederatedQuery.DuckDb;

namespace FederatedQuery.Cold.Engine;

/// <summary>What the process's DuckDB instance holds, of the meter <see cref="MeterName"/>; docs/telemetry.md lists it.</summary>
public sealed class DuckDbMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.DuckDb";

    private readonly Meter _meter;
    private readonly Lock _lock = new();
    private readonly DuckDbEngine _engine;
    private DuckDBConnection? _connection;

    public DuckDbMetrics(DuckDbEngine engine, IMeterFactory? meters = null)
    {
        _engine = engine;
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
    }

    /// <summary>Makes the instruments known, now that the instance is open.</summary>
    public void Begin()
    {
        _meter.CreateObservableGauge("duckdb.memory.used", () => Ask("memory_usage_bytes"), "By", "Memory that DuckDB counts of its tables, sorts, joins and buffers.");
        _meter.CreateObservableGauge("duckdb.memory.limit", () => _engine.CountedBytes, "By", "Of duckdb.memory.used; beyond it DuckDB spills.");
        _meter.CreateObservableGauge("duckdb.spilled", () => Ask("temporary_storage_bytes"), "By", "Bytes that DuckDB has put on disk for want of memory.");
    }

    public void Dispose()
    {
        _meter.Dispose();
        lock (_lock)
        {
            _connection?.Dispose();
        }
    }

    private long Ask(string column)
    {
        // On a connection of its own: those of the pool may all be busy for long, which is when one looks.
        lock (_lock)
        {
            _connection ??= _engine.Database.Connect();
            using var result = _connection.Query($"SELECT coalesce(sum({column}), 0)::BIGINT FROM duckdb_memory()");
            using var chunk = result.ReadChunk();
            return chunk![0].Values<long>()[0];
        }
    }
}
