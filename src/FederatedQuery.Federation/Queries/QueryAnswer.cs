using FederatedQuery.Federation.Telemetry;

namespace FederatedQuery.Federation.Queries;

/// <summary>The whole result of a statement, as JSON. Dispose of it when the response is written: its memory is pooled.</summary>
public sealed class QueryAnswer : IReadOutcome, IDisposable
{
    private readonly PooledBytes _rows;
    private int _disposed;

    internal QueryAnswer(PooledBytes rows) => _rows = rows;

    public required IReadOnlyList<AnswerColumn> Columns { get; init; }

    /// <summary>One JSON array of objects, UTF-8, keys in column order; valid until this is disposed of.</summary>
    public ReadOnlyMemory<byte> RowsJson => _rows.WrittenMemory;

    public required long RowCount { get; init; }

    /// <summary>Planning included.</summary>
    public required TimeSpan ExecutionTime { get; init; }

    public required DataSource DataSource { get; init; }

    /// <summary>True when more rows exist than the limit let through.</summary>
    public required bool Truncated { get; init; }

    public required QueryReport Report { get; init; }

    long IReadOutcome.Rows => RowCount;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _rows.Dispose();
        }
    }

    /// <summary>For answers that hold the same rows: each of them disposes of its share.</summary>
    internal PooledBytes Rows => _rows;
}

/// <param name="Type">As the engine that ran the statement names it.</param>
public sealed record AnswerColumn(string Name, string Type, bool Nullable);
