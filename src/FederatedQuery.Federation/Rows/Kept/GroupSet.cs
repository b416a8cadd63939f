using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Rows.Kept;

/// <summary>Partial figures of all rows of some data files, each group once. Immutable; chunks go when nobody has them.</summary>
internal sealed class GroupSet
{
    /// <summary>About what a path takes in memory beside its characters.</summary>
    private const int PathOverhead = 64;

    /// <summary>Of a HUGEINT, a decimal of 38 digits, a UUID, a text's place.</summary>
    private const int LargestValue = 16;

    /// <param name="files">Paths of the data files.</param>
    /// <param name="rows">Of these files.</param>
    /// <param name="columns">Keys, then partial figures.</param>
    /// <param name="chunks">This object's from now on.</param>
    public GroupSet(IReadOnlySet<string> files, long rows, IReadOnlyList<DuckDBColumn> columns, IReadOnlyList<DataChunk> chunks)
    {
        (Files, Rows, Columns, Chunks) = (files, rows, columns, chunks);
        Bytes = chunks.Sum(BytesOf) + files.Sum(file => (2L * file.Length) + PathOverhead);
    }

    public IReadOnlySet<string> Files { get; }

    public long Rows { get; }

    public IReadOnlyList<DuckDBColumn> Columns { get; }

    public IReadOnlyList<DataChunk> Chunks { get; }

    /// <summary>Of memory, about.</summary>
    public long Bytes { get; }

    public int Groups => Chunks.Sum(chunk => chunk.Count);

    /// <summary>Vectors have room for a full chunk, whatever is in them; text that is not within its vector lies beside it.</summary>
    public static long BytesOf(DataChunk chunk)
    {
        var bytes = (long)chunk.ColumnCount * DataChunk.MaximumCount * LargestValue;
        for (var column = 0; column < chunk.ColumnCount; column++)
        {
            var vector = chunk[column];
            for (var row = 0; vector.Type.Type is DuckDBType.Varchar or DuckDBType.Blob && row < chunk.Count; row++)
            {
                bytes += vector.IsValid(row) ? vector.Utf8(row).Length : 0;
            }
        }

        return bytes;
    }
}
