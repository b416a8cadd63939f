using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>
/// Reads a scan without DuckDB, in PostgreSQL's order: few rows, of which a statement around them would cost more than they do, or many that an index has in order already. Not thread-safe.
/// </summary>
public sealed class HotRows : IDisposable
{
    private readonly HotScan _scan;
    private readonly IReadOnlyList<DuckDBLogicalType> _types;
    private readonly HotReading _reading;
    private readonly HotReading.Thread _thread = new();

    /// <param name="scan">Its span ends with this.</param>
    /// <param name="columns">In the order of the chunks' columns, each once; a type may have another alias than the scan's, and differs in nothing else.</param>
    /// <param name="time">For its figures.</param>
    public HotRows(HotScan scan, IReadOnlyList<(string Name, DuckDBLogicalType Type)> columns, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(scan);
        _scan = scan;
        _types = [.. columns.Select(column => column.Type)];
        _reading = new HotReading(scan, IndexesOf(scan, [.. columns.Select(column => column.Name)]), targets: null, time);
    }

    /// <summary>The statement that is run.</summary>
    /// <param name="scan">Not registered anywhere.</param>
    /// <param name="columns">By name, at least one.</param>
    public static string Sql(HotScan scan, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return CopyStatement.Select(scan, IndexesOf(scan, columns), part: null);
    }

    /// <summary>The next rows, the caller's to dispose of; null after the last. Blocks.</summary>
    public DataChunk? Read(CancellationToken cancellationToken)
    {
        var chunk = DataChunk.Create(_types);
        try
        {
            if (_reading.Read(chunk, _thread, cancellationToken) > 0)
            {
                return chunk;
            }

            chunk.Dispose();
            return null;
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    /// <summary>Reads them to their end. The chunks are the caller's.</summary>
    /// <inheritdoc cref="HotRows(HotScan, IReadOnlyList{ValueTuple{string, DuckDBLogicalType}}, TimeProvider)"/>
    public static async Task<IReadOnlyList<DataChunk>> ReadAsync(
        HotScan scan, IReadOnlyList<(string Name, DuckDBLogicalType Type)> columns, TimeProvider time, CancellationToken cancellationToken)
    {
        var chunks = new List<DataChunk>();
        using var rows = new HotRows(scan, columns, time);
        try
        {
            // On one thread from the first chunk to the last.
            await Task.Run(
                () =>
                {
                    while (rows.Read(cancellationToken) is { } chunk)
                    {
                        chunks.Add(chunk);
                    }
                },
                cancellationToken);
            return chunks;
        }
        catch
        {
            chunks.ForEach(chunk => chunk.Dispose());
            throw;
        }
    }

    /// <summary>Gives up what was not read.</summary>
    public void Dispose()
    {
        try
        {
            _thread.Dispose();
        }
        catch (NpgsqlException)
        {
            // The connection is of no use any more. What made it so is on its way to the caller.
        }
        finally
        {
            _scan.Trace.End(_scan.Statistics);
        }
    }

    private static int[] IndexesOf(HotScan scan, IReadOnlyList<string> columns) =>
        [.. columns.Select(name => scan.Columns.Index().First(column => column.Item.Name == name).Index)];
}
