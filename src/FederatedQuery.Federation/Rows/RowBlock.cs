using System.Collections.Immutable;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Rows that were read, each cell written as JSON once; one page or several are made of them.</summary>
internal sealed class RowBlock : IDisposable
{
    private readonly SortedRows _rows;
    private readonly ImmutableArray<RowTerm> _terms;
    private readonly ImmutableArray<int> _termColumns;
    private readonly byte[] _digest;
    private readonly DuckDBJsonCells _json;

    /// <summary>Where in the JSON each cell begins, row by row, and where the last one ends.</summary>
    private readonly int[] _starts;
    private int _disposed;

    /// <param name="rows">This object's from now on.</param>
    /// <param name="columns">What is given out: the first columns of the rows.</param>
    /// <param name="cursors">The query that cursors are of; its terms are found in <paramref name="termColumns"/>.</param>
    /// <param name="maximumBytes">Of JSON.</param>
    /// <exception cref="FederatedQueryException">BadArgument: it would be more.</exception>
    public RowBlock(SortedRows rows, ImmutableArray<NestedField> columns, ResolvedQuery cursors, ImmutableArray<int> termColumns, int maximumBytes)
        : this(rows, columns, cursors.Terms, termColumns, cursors.Digest, maximumBytes)
    {
    }

    private RowBlock(SortedRows rows, ImmutableArray<NestedField> columns, ImmutableArray<RowTerm> terms, ImmutableArray<int> termColumns, byte[] digest, int maximumBytes)
    {
        (_rows, Columns, _terms, _termColumns, _digest) = (rows, columns, terms, termColumns, digest);
        _json = new DuckDBJsonCells(rows.Count == 0 ? [] : [.. rows[0].Chunk.Chunk.Types.Take(columns.Length)], nonFiniteTexts: true);
        _starts = new int[(rows.Count * columns.Length) + 1];
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

    public ImmutableArray<NestedField> Columns { get; }

    /// <summary>Rows of no query, as they come: without cursors.</summary>
    /// <param name="chunks">Their columns are <paramref name="columns"/>; this object's from now on.</param>
    public static RowBlock Of(ImmutableArray<NestedField> columns, IEnumerable<DataChunk> chunks)
    {
        var rows = new SortedRows(new CellComparer([], []), int.MaxValue);
        try
        {
            rows.Add(chunks);
            return new RowBlock(rows, columns, [], [], [], int.MaxValue);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    public int Count => _rows.Count;

    public long NonFiniteCount => _json.NonFiniteCount;

    public ReadOnlyMemory<byte> Json(int row, int column)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Length);
        var cell = (row * Columns.Length) + column;
        return _json.Slice(_starts[cell], _starts[cell + 1] - _starts[cell]);
    }

    public Literal? Value(int row, int column)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Length);
        var (chunk, index) = _rows[row];
        return CellLiterals.Read(chunk.Vector(column), index, CellLiterals.TypeOf(Columns[column]));
    }

    public string Cursor(int row, long occurrence)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var (chunk, index) = _rows[row];
        return CellLiterals.CursorOf(chunk, index, _terms, _termColumns, occurrence).ToText(_digest);
    }

    public bool AreEqual(int one, int other) => _rows.AreEqual(one, other);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _json.Dispose();
            _rows.Dispose();
        }
    }

    private void Write(int maximumBytes)
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

            if (_json.Length > maximumBytes)
            {
                throw new FederatedQueryException(
                    FailureKind.BadArgument, $"The rows take more than {maximumBytes / 1024 / 1024} MiB. Ask for fewer of them with `first` or `last`, or for fewer columns.");
            }
        }
    }
}
