using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Cold.Results;

/// <summary>
/// Rows of any columns on their way into a Parquet file: kept by DuckDB, which spills them, in the order in which they came. Not thread-safe; the connection is its own until it is
/// disposed of.
/// </summary>
public sealed class SpooledRows : IDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly IReadOnlyList<DuckDBColumn> _columns;
    private readonly string _table = $"rows_{Guid.NewGuid():N}";
    private readonly DuckDBAppender _appender;

    /// <param name="columns">Of the chunks; <see cref="ResultColumns.FindUnstorable"/> says whether they can be stored.</param>
    public SpooledRows(DuckDBConnection connection, IReadOnlyList<DuckDBColumn> columns, CancellationToken cancellationToken)
    {
        (_connection, _columns) = (connection, columns);
        var definitions = columns.Select((column, i) => $"{ResultColumns.NameOf(i)} {column.Type}");
        connection.Execute($"CREATE TEMP TABLE {_table} ({string.Join(", ", definitions)})", cancellationToken);
        try
        {
            _appender = connection.CreateAppender(_table);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <param name="chunk">Stays the caller's.</param>
    public void Append(DataChunk chunk)
    {
        _appender.AppendChunk(chunk);

        // One by one: chunks that are inserted together come in any order (the engine does not preserve it), and rowid is the order.
        _appender.Flush();
    }

    /// <summary>Writes all rows, in their order; values of types that Parquet has not as text.</summary>
    /// <param name="path">Of a file that is not there.</param>
    /// <param name="names">Of the columns in the file.</param>
    /// <param name="position">The name of a column to write before them, with the rows' places from 0 on; null: none.</param>
    /// <param name="rowGroupSize">Rows of a row group at most.</param>
    /// <exception cref="DuckDBException">A value does not survive, or the file could not be written.</exception>
    public void WriteParquet(string path, IReadOnlyList<string> names, string? position, int rowGroupSize, CancellationToken cancellationToken)
    {
        _appender.Close();
        var values = _columns.Select((column, i) =>
            $"CAST({ResultColumns.NameOf(i)} AS {ResultColumns.Stored(column.Type)}) AS {(names[i].Length == 0 ? "\" \"" : DuckDBSql.QuoteIdentifier(names[i]))}");
        _connection.Execute(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"COPY (SELECT {(position is null ? "" : $"rowid AS {DuckDBSql.QuoteIdentifier(position)}, ")}{string.Join(", ", values)} FROM {_table} ORDER BY rowid) "
                + $"TO {DuckDBSql.QuoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rowGroupSize})"),
            cancellationToken);
    }

    public void Dispose()
    {
        _appender.Dispose();
        Drop();
    }

    private void Drop() => _connection.Execute($"DROP TABLE {_table}", CancellationToken.None);
}
