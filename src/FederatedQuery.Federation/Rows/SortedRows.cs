using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Rows;

/// <summary>The first rows in an order of what was read so far, in the chunks that they came in. Not thread-safe.</summary>
/// <param name="comparer">The order, in which each batch comes.</param>
/// <param name="most">How many rows are wanted.</param>
internal sealed class SortedRows(CellComparer comparer, int most) : IDisposable
{
    private readonly List<SortedChunk> _chunks = [];
    private List<(SortedChunk Chunk, int Row)> _rows = [];

    public int Count => _rows.Count;

    /// <summary>True when no row can be added but by taking the place of another.</summary>
    public bool IsFull => _rows.Count >= most;

    public (SortedChunk Chunk, int Row) this[int index] => _rows[index];

    /// <summary>Adds rows that are sorted; the chunks are this object's from now on.</summary>
    public void Add(IEnumerable<DataChunk> sorted)
    {
        var added = new List<(SortedChunk Chunk, int Row)>();
        foreach (var chunk in sorted.Select(chunk => new SortedChunk(chunk)).ToList())
        {
            _chunks.Add(chunk);
            for (var row = 0; row < chunk.Count; row++)
            {
                added.Add((chunk, row));
            }
        }

        _rows = _rows.Count == 0 ? added : added.Count == 0 ? _rows : Merge(_rows, added);
        if (_rows.Count > most)
        {
            _rows.RemoveRange(most, _rows.Count - most);
        }
    }

    public bool AreEqual(int one, int other) => comparer.Compare(_rows[one].Chunk, _rows[one].Row, _rows[other].Chunk, _rows[other].Row) == 0;

    /// <summary>Rows of these, in another order or fewer.</summary>
    public void Select(IEnumerable<int> rows) => _rows = [.. rows.Select(row => _rows[row])];

    public void Dispose() => _chunks.ForEach(chunk => chunk.Dispose());

    private List<(SortedChunk Chunk, int Row)> Merge(List<(SortedChunk Chunk, int Row)> left, List<(SortedChunk Chunk, int Row)> right)
    {
        var merged = new List<(SortedChunk Chunk, int Row)>(Math.Min(most, left.Count + right.Count));
        for (int i = 0, j = 0; merged.Count < most && (i < left.Count || j < right.Count);)
        {
            var takesLeft = j == right.Count || (i < left.Count && comparer.Compare(left[i].Chunk, left[i].Row, right[j].Chunk, right[j].Row) <= 0);
            merged.Add(takesLeft ? left[i++] : right[j++]);
        }

        return merged;
    }
}
