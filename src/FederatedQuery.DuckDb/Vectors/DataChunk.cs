using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Vectors;

/// <summary>
/// Up to <see cref="MaximumCount"/> rows, column by column. Made by us (<see cref="Create"/>), fetched from a result, or lent by DuckDB to a
/// function for one call, when <see cref="Dispose"/> does nothing. Not thread-safe.
/// </summary>
public sealed unsafe class DataChunk : IDisposable
{
    private readonly DataChunkHandle? _handle;
    private readonly nint _chunk;

    /// <param name="owned">The chunk, this object's to destroy.</param>
    internal DataChunk(DataChunkHandle owned, IReadOnlyList<DuckDBLogicalType> types)
    {
        _handle = owned;
        _chunk = owned.Pointer;
        Types = types;
    }

    /// <param name="lent">The chunk, DuckDB's own, for the time of one callback.</param>
    internal DataChunk(nint lent, IReadOnlyList<DuckDBLogicalType> types)
    {
        _chunk = lent;
        Types = types;
    }

    /// <summary>Rows that fit in a chunk, DuckDB's vector size.</summary>
    public static int MaximumCount { get; } = (int)NativeMethods.Vectors.VectorSize();

    public IReadOnlyList<DuckDBLogicalType> Types { get; }

    public int ColumnCount => Types.Count;

    /// <summary>Rows. Setting it tells DuckDB how many of the written rows count.</summary>
    public int Count
    {
        get => (int)NativeMethods.DataChunks.GetSize(Chunk);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaximumCount);
            NativeMethods.DataChunks.SetSize(Chunk, (ulong)value);
        }
    }

    /// <summary>A column to read, valid as long as this chunk's rows are.</summary>
    public DuckDBVector this[int column] => new(VectorAt(column), Types[column], Count);

    internal nint Chunk
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle is { IsClosed: true }, this);
            return _chunk;
        }
    }

    /// <summary>An empty chunk of these types, to be written and appended.</summary>
    public static DataChunk Create(params IReadOnlyList<DuckDBLogicalType> types)
    {
        ArgumentOutOfRangeException.ThrowIfZero(types.Count, nameof(types));
        var handles = new LogicalTypeHandle?[types.Count];
        var pointers = new nint[types.Count];
        try
        {
            for (var i = 0; i < pointers.Length; i++)
            {
                var handle = LogicalTypeConverter.Create(types[i]);
                handles[i] = handle;
                pointers[i] = handle.DangerousGetHandle();
            }

            fixed (nint* first = pointers)
            {
                var chunk = NativeMethods.DataChunks.Create(first, (ulong)pointers.Length);
                return chunk != 0
                    ? new DataChunk(new DataChunkHandle(chunk), [.. types])
                    : throw new ArgumentException($"DuckDB makes no chunk of the types {string.Join(", ", types)}.", nameof(types));
            }
        }
        finally
        {
            Array.ForEach(handles, handle => handle?.Dispose());
        }
    }

    /// <summary>A column to write, with room for <see cref="MaximumCount"/> rows.</summary>
    public DuckDBVectorWriter Writer(int column) => new(VectorAt(column), Types[column], MaximumCount);

    /// <summary>Makes a column the same as another chunk's, of the same type, without copying: both hold its values from now on. To be read only.</summary>
    public void Share(int column, DataChunk source, int sourceColumn)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.Types[sourceColumn].Equals(Types[column]))
        {
            throw new ArgumentException($"A column of type {Types[column]} cannot share one of type {source.Types[sourceColumn]}.", nameof(sourceColumn));
        }

        NativeMethods.Vectors.ReferenceVector(VectorAt(column), source.VectorAt(sourceColumn));
        GC.KeepAlive(source);
    }

    /// <summary>No rows, no nulls, no text: ready to be filled again. Vectors and writers taken before are no longer valid.</summary>
    public void Reset() => NativeMethods.DataChunks.Reset(Chunk);

    public void Dispose() => _handle?.Dispose();

    private nint VectorAt(int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Types.Count);
        return NativeMethods.DataChunks.GetVector(Chunk, (ulong)column);
    }
}
