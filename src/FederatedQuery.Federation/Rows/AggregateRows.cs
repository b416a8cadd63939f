using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Types;
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
    private readonly IReadOnlyList<bool> _averages;
    private readonly int _columns;
    private int _disposed;

    /// <param name="chunks">This object's from now on: keys, then figures; what averages are made of comes as sum and count.</param>
    /// <param name="keys">Types of the keys.</param>
    /// <param name="averages">For each figure, whether it is an average of exact numbers, which takes two columns.</param>
    internal AggregateRows(List<DataChunk> chunks, IReadOnlyList<PrimitiveType> keys, IReadOnlyList<bool> averages, RowReport report, int maximumBytes)
    {
        (_chunks, _keys, _averages, Reading, _columns) = (chunks, keys, averages, report, keys.Count + averages.Count);
        _json = new DuckDBJsonCells(chunks.Count == 0 ? [] : chunks[0].Types);
        try
        {
            Write(maximumBytes);
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
        var (chunk, i) = Locate(row);
        return CellLiterals.Read(chunk[key], i, _keys[key]);
    }

    /// <summary>A key that JSON has no digits for and that is null there.</summary>
    /// <returns>NaN or an infinity; null: the key is none of these.</returns>
    /// <inheritdoc cref="Key"/>
    public double? NotFiniteKey(int row, int key) => NotFinite(row, key);

    /// <summary>A figure that JSON has no digits for and that is null there.</summary>
    /// <returns>NaN or an infinity; null: the figure is none of these.</returns>
    /// <inheritdoc cref="Figure"/>
    public double? NotFiniteFigure(int row, int aggregate) => NotFinite(row, _keys.Count + aggregate);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _json.Dispose();
            _chunks.ForEach(chunk => chunk.Dispose());
        }
    }

    private double? NotFinite(int row, int column)
    {
        if (_json.NonFiniteCount == 0)
        {
            return null;
        }

        var (chunk, i) = Locate(row);
        var vector = column + Enumerable.Range(0, column).Count(IsAverage);
        double? value = !chunk[vector].IsValid(i) ? null : chunk.Types[vector].Type switch
        {
            DuckDBType.Float => chunk[vector].Values<float>()[i],
            DuckDBType.Double => chunk[vector].Values<double>()[i],
            _ => null,
        };
        return value is { } number && !double.IsFinite(number) ? number : null;
    }

    /// <summary>Whether a column is an average of exact numbers, which takes two of a chunk's.</summary>
    private bool IsAverage(int column) => column >= _keys.Count && _averages[column - _keys.Count];

    private (DataChunk Chunk, int Row) Locate(int row)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var left = row;
        foreach (var chunk in _chunks)
        {
            if (left < chunk.Count)
            {
                return (chunk, left);
            }

            left -= chunk.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(row), row, "There is no such row.");
    }

    private ReadOnlyMemory<byte> Cell(int row, int column)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count);
        var (start, length) = _cells[(row * _columns) + column];
        return _json.Slice(start, length);
    }

    private void Write(int maximumBytes)
    {
        Span<byte> text = stackalloc byte[ExactAverage.MaximumLength];
        foreach (var chunk in _chunks)
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                for (int i = 0, column = 0; i < _columns; i++, column++)
                {
                    var start = _json.Length;
                    if (IsAverage(i) && chunk[column].IsValid(row))
                    {
                        var length = ExactAverage.Format(chunk[column].Decimal(row), chunk[column + 1].Values<long>()[row], text);
                        _json.WriteRaw(text[..length]);
                    }
                    else
                    {
                        _json.Write(chunk, column, row);
                    }

                    _cells.Add((start, _json.Length - start));
                    column += IsAverage(i) ? 1 : 0;
                }

                if (_json.Length > maximumBytes)
                {
                    throw new FederatedQueryException(FailureKind.BadArgument, $"The groups take more than {maximumBytes / 1024 / 1024} MiB. Ask for fewer of them with `first`.");
                }
            }
        }
    }
}
