using System.Collections.Immutable;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Rows of a query, in its order. Dispose of it when the response is written: its memory is pooled. Not thread-safe.</summary>
public sealed class RowPage : IDisposable
{
    private readonly ResolvedQuery _query;
    private readonly SortedRows _rows;
    private readonly DuckDBJsonCells _json;

    /// <summary>Where in the JSON each cell begins, row by row, and where the last one ends.</summary>
    private readonly int[] _starts;
    private readonly long[] _occurrences;
    private int _disposed;

    /// <param name="firstOccurrence">Which one of the rows equal to it the first row is.</param>
    internal RowPage(ResolvedQuery query, SortedRows rows, long firstOccurrence, QueryReport report, DataSource source, TimeSpan elapsed, int maximumBytes = int.MaxValue)
    {
        (_query, _rows, Report, DataSource, ExecutionTime) = (query, rows, report, source, elapsed);
        Columns = query.Layout.Visible;
        _json = new DuckDBJsonCells(rows.Count == 0 ? [] : [.. rows[0].Chunk.Chunk.Types.Take(Columns.Length)]);
        _starts = new int[(rows.Count * Columns.Length) + 1];
        _occurrences = new long[rows.Count];
        try
        {
            Write(firstOccurrence, maximumBytes);
        }
        catch
        {
            _json.Dispose();
            throw;
        }
    }

    /// <summary>What was read of each row, as the query asked for it.</summary>
    public ImmutableArray<NestedField> Columns { get; }

    public int RowCount => _rows.Count;

    /// <summary>Whether rows follow the last one; of a page read backward, whether it was asked for what is before a cursor.</summary>
    public required bool HasNext { get; init; }

    /// <summary>Whether rows are before the first one; of a page read forward, whether it was asked for what is behind a cursor.</summary>
    public required bool HasPrevious { get; init; }

    /// <summary>Planning included.</summary>
    public TimeSpan ExecutionTime { get; }

    public DataSource DataSource { get; }

    public QueryReport Report { get; }

    /// <summary>NaN and infinite numbers, which are null in JSON.</summary>
    public long NonFiniteCount => _json.NonFiniteCount;

    /// <summary>A cell as JSON in UTF-8, valid until this is disposed of.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="column">Index into <see cref="Columns"/>.</param>
    public ReadOnlyMemory<byte> Json(int row, int column)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Length);
        var cell = (row * Columns.Length) + column;
        return _json.Slice(_starts[cell], _starts[cell + 1] - _starts[cell]);
    }

    /// <summary>A cell of a column of a primitive type; JSON as its text.</summary>
    /// <inheritdoc cref="Json"/>
    /// <returns>Null for null.</returns>
    public Literal? Value(int row, int column)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Length);
        var type = Columns[column].Type switch
        {
            TimestamptzNsType => IcebergType.Timestamptz,
            PrimitiveType primitive => primitive,
            var nested => throw new InvalidOperationException($"Column '{Columns[column].Name}' is of type {nested}, whose values are no literals."),
        };
        var (chunk, index) = _rows[row];
        return CellLiterals.Read(chunk.Vector(column), index, type);
    }

    /// <summary>Where a row is, to be sent back as <c>after</c> or <c>before</c>.</summary>
    public string Cursor(int row)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var (chunk, index) = _rows[row];
        var values = _query.Terms.Select((term, i) => CellLiterals.Read(chunk.Vector(_query.Columns[i]), index, term.Type));
        return new RowCursor([.. values], _occurrences[row]).ToText(_query.Digest);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _json.Dispose();
            _rows.Dispose();
        }
    }

    private void Write(long firstOccurrence, int maximumBytes)
    {
        var cell = 0;
        for (var row = 0; row < _rows.Count; row++)
        {
            var (chunk, index) = _rows[row];
            for (var column = 0; column < Columns.Length; column++)
            {
                _json.Write(chunk.Chunk, column, index);
                _starts[++cell] = _json.Length;
            }

            _occurrences[row] = row == 0 ? firstOccurrence : _rows.AreEqual(row - 1, row) ? _occurrences[row - 1] + 1 : 1;
            if (_json.Length > maximumBytes)
            {
                throw new FederatedQueryException(
                    FailureKind.BadArgument, $"The page is larger than {maximumBytes / 1024 / 1024} MiB. Ask for fewer rows with `first` or `last`, or for fewer columns.");
            }
        }
    }
}
