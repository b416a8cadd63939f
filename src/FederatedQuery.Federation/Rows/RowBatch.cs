using System.Collections.Immutable;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Some rows of a stream, in order; at least one. Dispose of it once they are written. Not thread-safe.</summary>
public sealed class RowBatch : IDisposable
{
    private readonly ResolvedQuery _query;
    private readonly SortedChunk _chunk;
    private readonly CellComparer _comparer;
    private readonly RowCursor? _before;
    private long[]? _occurrences;

    /// <param name="before">Of the row before the first one; null: there is none.</param>
    internal RowBatch(ResolvedQuery query, SortedChunk chunk, CellComparer comparer, RowCursor? before, IReadOnlyList<DuckDBColumn> columns) =>
        (_query, _chunk, _comparer, _before, Columns) = (query, chunk, comparer, before, columns);

    /// <summary>The rows column by column: first those asked for, then such as the order needs.</summary>
    public DataChunk Chunk => _chunk.Chunk;

    /// <summary>The columns of <see cref="Chunk"/> that were asked for, under the table's names.</summary>
    public IReadOnlyList<DuckDBColumn> Columns { get; }

    /// <inheritdoc cref="RowQuery.Columns"/>
    public ImmutableArray<NestedField> Fields => _query.Layout.Visible;

    public int RowCount => _chunk.Count;

    /// <summary>A cell of a column of a primitive type; JSON as its text.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="column">Index into <see cref="Fields"/>.</param>
    /// <returns>Null for null.</returns>
    public Literal? Value(int row, int column) => CellLiterals.Read(_chunk.Vector(column), row, CellLiterals.TypeOf(Fields[column]));

    /// <summary>Where a row is: a stream of the same query goes on behind it, and so do its pages.</summary>
    public string Cursor(int row) => CellLiterals.CursorOf(_chunk, row, _query.Terms, _query.Columns, OccurrenceOf(row)).ToText(_query.Digest);

    public void Dispose() => _chunk.Dispose();

    /// <summary>Where the last row is, by looking at no more rows than are equal to it.</summary>
    internal RowCursor LastCursor()
    {
        var last = RowCount - 1;
        var first = last;
        while (first > 0 && _comparer.Compare(_chunk, first - 1, _chunk, last) == 0)
        {
            first--;
        }

        var before = first == 0 ? FirstOccurrence() - 1 : 0;
        return CellLiterals.CursorOf(_chunk, last, _query.Terms, _query.Columns, before + last - first + 1);
    }

    private long OccurrenceOf(int row)
    {
        if (_occurrences is { } known)
        {
            return known[row];
        }

        _occurrences = new long[RowCount];
        for (var i = 0; i < RowCount; i++)
        {
            _occurrences[i] = i == 0 ? FirstOccurrence() : _comparer.Compare(_chunk, i - 1, _chunk, i) == 0 ? _occurrences[i - 1] + 1 : 1;
        }

        return _occurrences[row];
    }

    private long FirstOccurrence() =>
        _before is not null && _before.IsAt(CellLiterals.CursorOf(_chunk, 0, _query.Terms, _query.Columns, 1)) ? _before.Occurrence + 1 : 1;
}
