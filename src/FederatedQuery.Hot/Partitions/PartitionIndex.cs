using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Partitions;

/// <summary>An index that partitions get one by one.</summary>
/// <param name="Suffix">Of its name, after the partition's: <c>_trace</c>.</param>
/// <param name="Definition">What follows <c>USING</c> in PostgreSQL's CREATE INDEX: <c>btree (trace_id)</c>. Trusted SQL.</param>
public sealed record PartitionIndex(string Suffix, string Definition)
{
    /// <summary>Pre-selects rows for searches of a text column's words.</summary>
    public static PartitionIndex OfWords(string suffix, string column) => new(suffix, $"gin ({SearchSql.Words}({SqlIdentifier.Quote(column)}))");
}
