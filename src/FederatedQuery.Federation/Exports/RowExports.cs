using System.IO.Pipelines;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Reading;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Exports;

/// <summary>Opens sinks of every format. Thread-safe.</summary>
public sealed class RowExports(DuckDbEngine engine, IOptions<ColdOptions> options)
{
    /// <summary>Each Parquet file being made holds a connection beside the one that its rows come from: they must not take all there are.</summary>
    private readonly WeightedGate _parquet = new(Math.Max(1, engine.Pool.MaximumConnections / 4));

    private readonly string _staging = Path.GetFullPath(options.Value.StagingDirectory);

    /// <param name="output">Where the bytes go; stays the caller's.</param>
    /// <param name="columns">Of the result.</param>
    /// <exception cref="FederatedQueryException">Statement: a column's type cannot be written.</exception>
    public async Task<IRowSink> OpenAsync(ExportFormat format, PipeWriter output, IReadOnlyList<DuckDBColumn> columns, CancellationToken cancellationToken)
    {
        try
        {
            return format switch
            {
                ExportFormat.Ndjson => new NdjsonSink(columns, output),
                ExportFormat.Csv => new CsvSink(columns, output),
                _ => await OpenParquetAsync(output, columns, cancellationToken),
            };
        }
        catch (NotSupportedException unsupported)
        {
            throw new FederatedQueryException(FailureKind.Statement, unsupported.Message, unsupported);
        }
    }

    private async Task<IRowSink> OpenParquetAsync(PipeWriter output, IReadOnlyList<DuckDBColumn> columns, CancellationToken cancellationToken)
    {
        var pass = await _parquet.EnterAsync(1, cancellationToken);
        DuckDBConnectionLease lease;
        try
        {
            lease = await engine.Pool.RentAsync(cancellationToken);
        }
        catch
        {
            pass.Dispose();
            throw;
        }

        return await ParquetSink.OpenAsync(pass, lease, columns, output, Path.Combine(_staging, $"export-{Guid.NewGuid():N}.parquet"), cancellationToken);
    }
}
