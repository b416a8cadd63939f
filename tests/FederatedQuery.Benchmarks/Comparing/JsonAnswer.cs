using System.Buffers;
using System.Text;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;

namespace FederatedQuery.Benchmarks.Comparing;

/// <summary>What DuckDB alone answers, as the rows of the query service are: one array of objects.</summary>
internal static class JsonAnswer
{
    public static string Of(DuckDBConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var result = connection.Query(sql, null, cancellationToken);
        using var writer = new DuckDBJsonWriter(result.Columns);
        var rows = new ArrayBufferWriter<byte>();
        rows.Write("["u8);
        foreach (var chunk in result.ReadChunks())
        {
            writer.WriteArrayItems(chunk, rows);
        }

        rows.Write("]"u8);
        return Encoding.UTF8.GetString(rows.WrittenSpan);
    }
}
