using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Groups with their figures, a row for each. Dispose of it when the response is written: its memory is pooled. Not thread-safe.</summary>
public sealed class AggregateRows : IReadOutcome, IDisposable
{
    private readonly List<DataChunk> _chunks;
    private readonly DuckDBJsonCells _json;
    private readonly List<(int Start, int Length)> _cells = [];
    private readonly IReadOnlyList<PrimitiveType> _keys;
    private readonly int _columns;
    private int _disposed;

    /// <param name="chunks">This object's from now on: keys, then figures; what averages are made of comes as sum and count.</param>
    /// <param name="keys">Types of the keys.</param>
    /// <param name="averages">For each figure, whether it is an average of exact numbers, which takes two columns.</param>
    internal AggregateRows(List<DataChunk> chunks, IReadOnlyList<PrimitiveType> keys, IReadOnlyList<bool> averages, RowReport report, int maximumBytes)
    {
        (_chunks, _keys, Reading, _columns) = (chunks, keys, report, keys.Count + averages.Count);
        _json = new DuckDBJsonCells(chunks.Count == 0 ? [] : chunks[0].Types);
        try
        {
            Write(averages, maximumBytes);
        }
        catch
        {
            _json.Dispose();
            throw;
        }
    }

    public int Count => _columns == 0 ? 0 : _cells.Count / _columns;

    /// <summary>What reading took.</summary>
    public RowReport Reading { get; }

    DataSource IReadOutcome.DataSource => Reading.DataSource;

    long IReadOutcome.Rows => Count;

    QueryReport? IReadOutcome.Report => Reading.Query;

    /// <summary>A key of a group as JSON in UTF-8: of a bucket of time its first instant, of the column's type.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="key">Index into <see cref="AggregateQuery.GroupBy"/>.</param>
    public ReadOnlyMemory<byte> Key(int row, int key) => Cell(row, key);

    /// <summary>A figure of a group as JSON in UTF-8.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="aggregate">Index into <see cref="AggregateQuery.Aggregates"/>.</param>
    public ReadOnlyMemory<byte> Figure(int row, int aggregate) => Cell(row, _keys.Count + aggregate);

    /// <summary>A key of a group.</summary>
    /// <inheritdoc cref="Key"/>
    public Literal? KeyValue(int row, int key)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        foreach (var chunk in _chunks)
        {
            if (row < chunk.Count)
            {
                return CellLiterals.Read(chunk[key], row, _keys[key]);
            }

            row -= chunk.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(row), row, "There is no such row.");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _json.Dispose();
            _chunks.ForEach(chunk => chunk.Dispose());
        }
    }

    private ReadOnlyMemory<byte> Cell(int row, int column)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count);
        var (start, length) = _cells[(row * _columns) + column];
        return _json.Slice(start, length);
    }

    private void Write(IReadOnlyList<bool> averages, int maximumBytes)
    {
        Span<byte> text = stackalloc byte[ExactAverage.MaximumLength];
        foreach (var chunk in _chunks)
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                for (int i = 0, column = 0; i < _columns; i++, column++)
                {
                    var start = _json.Length;
                    if (i >= _keys.Count && averages[i - _keys.Count] && chunk[column].IsValid(row))
                    {
                        var length = ExactAverage.Format(chunk[column].Decimal(row), chunk[column + 1].Values<long>()[row], text);
                        _json.WriteRaw(text[..length]);
                    }
                    else
                    {
                        _json.Write(chunk, column, row);
                    }

                    _cells.Add((start, _json.Length - start));
                    column += i >= _keys.Count && averages[i - _keys.Count] ? 1 : 0;
                }

                if (_json.Length > maximumBytes)
                {
                    throw new FederatedQueryException(FailureKind.BadArgument, $"The groups take more than {maximumBytes / 1024 / 1024} MiB. Ask for fewer of them with `first`.");
                }
            }
        }
    }
}
