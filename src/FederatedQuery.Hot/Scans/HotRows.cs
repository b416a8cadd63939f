using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>Reads a scan without DuckDB: for few rows in PostgreSQL's order, of which a statement around them would cost more than they do.</summary>
public static class HotRows
{
    /// <summary>The statement that <see cref="ReadAsync"/> runs.</summary>
    /// <param name="scan">Not registered anywhere.</param>
    /// <param name="columns">By name, at least one.</param>
    public static string Sql(HotScan scan, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return CopyStatement.Select(scan, IndexesOf(scan, columns), part: null);
    }

    /// <summary>All rows, in the order in which PostgreSQL gives them. The chunks are the caller's.</summary>
    /// <param name="scan">Its span ends with this.</param>
    /// <param name="columns">In the order of the chunks' columns, each once; a type may have another alias than the scan's, and differs in nothing else.</param>
    /// <param name="time">For its figures.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<DataChunk>> ReadAsync(
        HotScan scan, IReadOnlyList<(string Name, DuckDBLogicalType Type)> columns, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var chunks = new List<DataChunk>();
        try
        {
            // Reading blocks.
            await Task.Run(() => Read(scan, columns, time, chunks, cancellationToken), cancellationToken);
            return chunks;
        }
        catch
        {
            chunks.ForEach(chunk => chunk.Dispose());
            throw;
        }
        finally
        {
            scan.Trace.End(scan.Statistics);
        }
    }

    private static void Read(
        HotScan scan, IReadOnlyList<(string Name, DuckDBLogicalType Type)> columns, TimeProvider time, List<DataChunk> chunks, CancellationToken cancellationToken)
    {
        var reading = new HotReading(scan, IndexesOf(scan, [.. columns.Select(column => column.Name)]), targets: null, time);
        var types = columns.Select(column => column.Type).ToList();
        var thread = new HotReading.Thread();
        try
        {
            DataChunk chunk;
            do
            {
                chunks.Add(chunk = DataChunk.Create(types));
            }
            while (reading.Read(chunk, thread, cancellationToken) > 0);

            chunks.Remove(chunk);
            chunk.Dispose();
        }
        catch (Exception)
        {
            GiveUp(thread);
            throw;
        }
    }

    private static void GiveUp(HotReading.Thread thread)
    {
        try
        {
            thread.Dispose();
        }
        catch (NpgsqlException)
        {
            // The connection is of no use any more. What made it so is on its way to the caller.
        }
    }

    private static int[] IndexesOf(HotScan scan, IReadOnlyList<string> columns) =>
        [.. columns.Select(name => scan.Columns.Index().First(column => column.Item.Name == name).Index)];
}
