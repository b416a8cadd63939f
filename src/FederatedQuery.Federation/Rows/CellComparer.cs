using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Compares rows of chunks by an order, exactly as DuckDB has sorted them.</summary>
internal sealed class CellComparer
{
    private readonly (Comparison Compare, int Column, bool Descending)[] _terms;

    /// <param name="terms">The order.</param>
    /// <param name="columns">Where in the chunks each term's values are.</param>
    public CellComparer(IReadOnlyList<RowTerm> terms, IReadOnlyList<int> columns) =>
        _terms = [.. terms.Select((term, i) => (For(term.Type), columns[i], term.Descending))];

    private delegate int Comparison(DuckDBVector left, int leftRow, DuckDBVector right, int rightRow);

    public int Compare(SortedChunk left, int leftRow, SortedChunk right, int rightRow)
    {
        foreach (var (compare, column, descending) in _terms)
        {
            var (one, other) = (left.Vector(column), right.Vector(column));
            var (isOne, isOther) = (one.IsValid(leftRow), other.IsValid(rightRow));
            // Null is above everything.
            var result = isOne && isOther ? compare(one, leftRow, other, rightRow) : isOther.CompareTo(isOne);
            if (result != 0)
            {
                return descending ? -result : result;
            }
        }

        return 0;
    }

    private static Comparison For(PrimitiveType type) => type switch
    {
        BooleanType => Values<byte>,
        IntType or DateType => Values<int>,
        LongType or TimeType or TimestampType or TimestamptzType or TimestampNsType => Values<long>,
        FloatType => static (left, leftRow, right, rightRow) => Reals(left.Values<float>()[leftRow], right.Values<float>()[rightRow]),
        DoubleType => static (left, leftRow, right, rightRow) => Reals(left.Values<double>()[leftRow], right.Values<double>()[rightRow]),
        DecimalType => static (left, leftRow, right, rightRow) => left.Unscaled(leftRow).CompareTo(right.Unscaled(rightRow)),
        UuidType => static (left, leftRow, right, rightRow) => left.Values<DuckDBUuid>()[leftRow].Value.CompareTo(right.Values<DuckDBUuid>()[rightRow].Value),
        _ => static (left, leftRow, right, rightRow) => left.Utf8(leftRow).SequenceCompareTo(right.Utf8(rightRow)),
    };

    private static int Values<T>(DuckDBVector left, int leftRow, DuckDBVector right, int rightRow)
        where T : unmanaged, IComparable<T> => left.Values<T>()[leftRow].CompareTo(right.Values<T>()[rightRow]);

    /// <summary>NaN above all numbers, which .NET has below them.</summary>
    private static int Reals(double left, double right) => (double.IsNaN(left), double.IsNaN(right)) switch
    {
        (false, false) => left.CompareTo(right),
        var (one, other) => one.CompareTo(other),
    };
}

/// <summary>A chunk with its vectors at hand.</summary>
internal sealed class SortedChunk(DataChunk chunk) : IDisposable
{
    private readonly DuckDBVector[] _vectors = [.. Enumerable.Range(0, chunk.ColumnCount).Select(i => chunk[i])];

    public DataChunk Chunk { get; } = chunk;

    public int Count { get; } = chunk.Count;

    public DuckDBVector Vector(int column) => _vectors[column];

    public void Dispose() => Chunk.Dispose();
}
