using System.Collections.Immutable;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Rows of a query, in its order. Dispose of it when the response is written: its memory is pooled. Not thread-safe.</summary>
public sealed class RowPage : IReadOutcome, IDisposable
{
    private readonly RowBlock _block;
    private readonly bool _ownsBlock;
    private readonly int _start;
    private readonly long[] _occurrences;

    /// <param name="block">Where the rows are.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="firstOccurrence">Which one of the rows equal to it the first row is.</param>
    /// <param name="ownsBlock">False: others are of the same block, and it is somebody else's.</param>
    internal RowPage(RowBlock block, int start, int count, long firstOccurrence, bool ownsBlock)
    {
        (_block, _start, RowCount, _ownsBlock) = (block, start, count, ownsBlock);
        _occurrences = new long[count];
        for (var row = 0; row < count; row++)
        {
            _occurrences[row] = row == 0 ? firstOccurrence : block.AreEqual(start + row - 1, start + row) ? _occurrences[row - 1] + 1 : 1;
        }
    }

    /// <summary>Rows that a change gave, in their order; their cursors lead nowhere.</summary>
    /// <param name="columns">Of the chunks, with their ids in the table.</param>
    /// <param name="chunks">This object's from now on.</param>
    public static RowPage OfChanged(ImmutableArray<NestedField> columns, IEnumerable<DataChunk> chunks)
    {
        var block = RowBlock.Of(columns, chunks);
        return new RowPage(block, 0, block.Count, 1, ownsBlock: true)
        {
            HasNext = false,
            HasPrevious = false,
            Reading = new RowReport(DataSource.Postgres, TimeSpan.Zero, new QueryReport(null, null, "")),
        };
    }

    /// <summary>What was read of each row, as the query asked for it.</summary>
    public ImmutableArray<NestedField> Columns => _block.Columns;

    public int RowCount { get; }

    /// <summary>Whether rows follow the last one; of a page read backward, whether it was asked for what is before a cursor.</summary>
    public required bool HasNext { get; init; }

    /// <summary>Whether rows are before the first one; of a page read forward, whether it was asked for what is behind a cursor.</summary>
    public required bool HasPrevious { get; init; }

    /// <summary>What reading took; shared by the pages of one read.</summary>
    public required RowReport Reading { get; init; }

    /// <inheritdoc cref="RowReport.ExecutionTime"/>
    public TimeSpan ExecutionTime => Reading.ExecutionTime;

    /// <inheritdoc cref="RowReport.DataSource"/>
    public DataSource DataSource => Reading.DataSource;

    /// <inheritdoc cref="RowReport.Query"/>
    public QueryReport Report => Reading.Query;

    long IReadOutcome.Rows => RowCount;

    /// <summary>NaN and infinite numbers, which are texts in JSON (<c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>); of all pages of one read.</summary>
    public long NonFiniteCount => _block.NonFiniteCount;

    /// <summary>A cell as JSON in UTF-8, valid until this is disposed of.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="column">Index into <see cref="Columns"/>.</param>
    public ReadOnlyMemory<byte> Json(int row, int column) => _block.Json(Place(row), column);

    /// <summary>A cell of a column of a primitive type; JSON as its text.</summary>
    /// <inheritdoc cref="Json"/>
    /// <returns>Null for null.</returns>
    public Literal? Value(int row, int column) => _block.Value(Place(row), column);

    /// <summary>Where a row is, to be sent back as <c>after</c> or <c>before</c>.</summary>
    public string Cursor(int row) => _block.Cursor(Place(row), _occurrences[row]);

    public void Dispose()
    {
        if (_ownsBlock)
        {
            _block.Dispose();
        }
    }

    private int Place(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount);
        return _start + row;
    }
}
