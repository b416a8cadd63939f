using FederatedQuery.Hot.Introspection;

namespace FederatedQuery.Hot.Moves;

/// <summary>Says how rows of a table will leave it.</summary>
public static class MoveWays
{
    /// <returns>A clause that follows <c>Table 'x' is </c>, and a sentence or more.</returns>
    public static string Describe(PostgresTable table, string timeColumn)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.RangePartitionColumn != timeColumn || table.Partitions.IsEmpty)
        {
            return (table.IsPartitioned ? $"not partitioned by ranges of '{timeColumn}'" : "not partitioned")
                + ": exactly the moved rows are deleted, a day at a time, and their space is free after the next vacuum. An index on the time column helps.";
        }

        var others = table.Partitions.Count(partition => partition.WithinDay is null && !partition.IsDefault);
        return $"partitioned by ranges of '{timeColumn}': "
            + (others < table.Partitions.Length ? "partitions of a day or less are truncated (or their rows deleted while readers hold them)" : "")
            + (others is 0 || others == table.Partitions.Length ? "" : "; ")
            + (others > 0 ? "from wider partitions the rows are deleted, a day at a time" : "")
            + ". Emptied partitions are dropped after a week.";
    }
}
