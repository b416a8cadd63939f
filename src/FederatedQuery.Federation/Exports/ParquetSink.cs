using System.IO.Pipelines;
using FederatedQuery.Cold.Results;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Exports;

/// <summary>One Parquet file, written whole into a staging folder (its footer comes last) and sent from there. Memory is DuckDB's, which spills.</summary>
internal sealed class ParquetSink : IRowSink
{
    private const int RowGroupSize = 122_880;

    private readonly IDisposable _pass;
    private readonly DuckDBConnectionLease _lease;
    private readonly SpooledRows _rows;
    private readonly IReadOnlyList<DuckDBColumn> _columns;
    private readonly PipeWriter _output;
    private readonly string _path;

    private ParquetSink(IDisposable pass, DuckDBConnectionLease lease, SpooledRows rows, IReadOnlyList<DuckDBColumn> columns, PipeWriter output, string path) =>
        (_pass, _lease, _rows, _columns, _output, _path) = (pass, lease, rows, columns, output, path);

    /// <param name="pass">Held while the sink is open; becomes the sink's.</param>
    /// <param name="lease">Becomes the sink's.</param>
    /// <param name="columns">Of the result: all of each chunk.</param>
    /// <param name="output">Stays the caller's.</param>
    /// <param name="path">Of a file that is not there.</param>
    /// <exception cref="FederatedQueryException">Statement: a column's type has no place in Parquet.</exception>
    public static async Task<ParquetSink> OpenAsync(
        IDisposable pass, DuckDBConnectionLease lease, IReadOnlyList<DuckDBColumn> columns, PipeWriter output, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (ResultColumns.FindUnstorable(columns) is { } column)
            {
                throw new FederatedQueryException(
                    FailureKind.Statement, $"Column '{column.Name}' is of type {column.Type}, which a Parquet file does not keep. Cast it to VARCHAR, or ask for another format.");
            }

            var rows = await Task.Run(() => new SpooledRows(lease.Connection, columns, cancellationToken), CancellationToken.None);
            return new ParquetSink(pass, lease, rows, columns, output, path);
        }
        catch
        {
            lease.Dispose();
            pass.Dispose();
            throw;
        }
    }

    public Task WriteAsync(DataChunk chunk, CancellationToken cancellationToken) => Task.Run(() => _rows.Append(chunk), cancellationToken);

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await Task.Run(
            () => _rows.WriteParquet(_path, [.. DuckDBJsonWriter.UniqueNames(_columns)], position: null, RowGroupSize, cancellationToken), CancellationToken.None);
        await using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await file.CopyToAsync(_output, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.Run(_rows.Dispose);
        _lease.Dispose();
        _pass.Dispose();
        File.Delete(_path);
    }
}
