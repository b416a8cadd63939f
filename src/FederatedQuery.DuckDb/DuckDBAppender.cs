using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Values;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb;

/// <summary>
/// Inserts into one table without SQL. Rows are visible after <see cref="Flush"/> or <see cref="Close"/>; what is still unflushed when it is only
/// disposed of may be lost. After an error the appender is of no more use.
/// </summary>
public sealed class DuckDBAppender : IDisposable
{
    private readonly AppenderHandle _handle;
    private readonly string _table;

    private DuckDBAppender(AppenderHandle handle, string table, IReadOnlyList<DuckDBLogicalType> types)
    {
        _handle = handle;
        _table = table;
        Types = types;
    }

    /// <summary>The table's columns in order: <c>DataChunk.Create(appender.Types)</c> makes a chunk that fits.</summary>
    public IReadOnlyList<DuckDBLogicalType> Types { get; }

    /// <summary>Appends a chunk's rows; values of other types than the table's are cast.</summary>
    /// <exception cref="DuckDBException">Wrong columns, a value that does not cast, or a constraint that fails on a flush in between.</exception>
    public void AppendChunk(DataChunk chunk) => Check(NativeMethods.Appenders.AppendDataChunk(_handle, chunk.Chunk));

    /// <summary>Appends one row, boxed: for few rows. For the values see <see cref="DuckDBPreparedStatement.Bind(int, object?)"/>.</summary>
    public void AppendRow(params ReadOnlySpan<object?> values)
    {
        if (values.Length != Types.Count)
        {
            throw new ArgumentException($"The table '{_table}' has {Types.Count} columns, but {values.Length} values were given.", nameof(values));
        }

        foreach (var value in values)
        {
            using var native = DuckDBValueFactory.Create(value);
            Check(NativeMethods.Appenders.AppendValue(_handle, native));
        }

        Check(NativeMethods.Appenders.EndRow(_handle));
    }

    /// <exception cref="DuckDBException">A constraint fails: none of the rows since the last flush are inserted.</exception>
    public void Flush() => Check(NativeMethods.Appenders.Flush(_handle));

    /// <summary>Flushes and ends.</summary>
    /// <exception cref="DuckDBException">As of <see cref="Flush"/>.</exception>
    public void Close() => Check(NativeMethods.Appenders.Close(_handle));

    public void Dispose() => _handle.Dispose();

    internal static DuckDBAppender Create(ConnectionHandle connection, string? catalog, string? schema, string table)
    {
        var state = NativeMethods.Appenders.CreateExt(connection, catalog, schema, table, out var handle);
        if (state != DuckDBState.Success)
        {
            using (handle)
            {
                throw handle.IsInvalid
                    ? new DuckDBException(DuckDBErrorType.Catalog, $"DuckDB could not append to the table '{table}'.")
                    : ToException(handle);
            }
        }

        var types = new DuckDBLogicalType[NativeMethods.Appenders.ColumnCount(handle)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = LogicalTypeConverter.Read(NativeMethods.Appenders.ColumnType(handle, (ulong)i));
        }

        return new DuckDBAppender(handle, table, types);
    }

    private void Check(DuckDBState state)
    {
        if (state != DuckDBState.Success)
        {
            throw ToException(_handle);
        }
    }

    private static DuckDBException ToException(AppenderHandle handle)
    {
        using var error = NativeMethods.Appenders.ErrorData(handle);
        return DuckDBError.ToException(
            NativeString.Borrowed(NativeMethods.Appenders.ErrorDataMessage(error)), sql: null, NativeMethods.Appenders.ErrorDataType(error));
    }
}
