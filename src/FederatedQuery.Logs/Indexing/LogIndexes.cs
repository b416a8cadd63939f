using FederatedQuery.Hot.Partitions;

namespace FederatedQuery.Logs.Indexing;

/// <summary>
/// What a partition of log records is indexed by once its day is over, cheap and asked for most first. While it takes rows it has a BRIN index on the time and nothing
/// else: each of these would cost ingest dearly. Columns that are often null are indexed where they are not.
/// </summary>
internal static class LogIndexes
{
    public static IReadOnlyList<PartitionIndex> OnClose { get; } =
    [
        new("_time", "btree (timestamp, id)"),
        new("_resource", "btree (resource_id, timestamp)"),
        new("_trace", "btree (trace_id) WHERE trace_id IS NOT NULL"),
        new("_workflow", "btree (workflow_name, timestamp) WHERE workflow_name IS NOT NULL"),
        new("_user", "btree (user_id, timestamp) WHERE user_id IS NOT NULL"),
        new("_id", "btree (id)"),
        PartitionIndex.OfWords("_words", "message"),
    ];
}
