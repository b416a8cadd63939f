using System.Runtime.CompilerServices;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// Rows of several partitions, read once: kept (or spilled) by DuckDB in a temporary table in the order of their partitions, from where each partition is read on
/// its own. Measured against <c>COPY ... PARTITION_BY</c> of sorted rows: a tenth faster, and the files are sorted, which those are not.
/// </summary>
internal static class PartitionedRows
{
    private const string Kept = "partitioned_rows";

    /// <param name="connection">Of one such enumeration at a time.</param>
    /// <param name="rows">A SELECT with the columns of the schema.</param>
    /// <param name="spec">The partition spec.</param>
    /// <param name="schema">What its fields are of.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <returns>The partitions in their order, each with a SELECT of its rows that can be run until the next is asked for.</returns>
    /// <exception cref="IcebergException">Unsupported: a field is not written with, or there are too many partitions.</exception>
    public static async IAsyncEnumerable<(PartitionData Partition, string Rows)> KeepAsync(
        DuckDBConnection connection, string rows, PartitionSpec spec, Schema schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (spec.Fields.IsEmpty)
        {
            yield return (PartitionData.Empty, rows);
            yield break;
        }

        var columns = PartitionColumns.Of(spec, schema);
        try
        {
            await connection.ExecuteAsync(
                $"CREATE TEMP TABLE {Kept} AS SELECT *, {string.Join(", ", columns.Definitions)} FROM ({rows}) AS rows ORDER BY {string.Join(", ", columns.Names)}", cancellationToken);
            foreach (var partition in await PartitionTuples.DistinctAsync(connection, Kept, spec, spec.PartitionType(schema), columns.Names, cancellationToken))
            {
                yield return (partition, $"SELECT * FROM {Kept} WHERE {columns.Are(partition)}");
            }
        }
        finally
        {
            await connection.ExecuteAsync($"DROP TABLE IF EXISTS {Kept}", CancellationToken.None);
        }
    }
}
