using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Tail;

/// <summary>Finds the batch, among some, that a record was stored in. Immutable.</summary>
internal sealed class BatchRanges
{
    /// <summary>Of each stream, by sequence; ranges do not overlap, for a sequence is stored once.</summary>
    private readonly Dictionary<int, (long First, long End, int Index)[]> _streams;

    public BatchRanges(IReadOnlyList<LogBatch> batches) => _streams = batches
        .Select((batch, index) => (Batch: batch, Index: index))
        .GroupBy(numbered => numbered.Batch.Stream)
        .ToDictionary(
            stream => stream.Key,
            stream => stream.Select(numbered => (numbered.Batch.FirstSequence, numbered.Batch.EndSequence, numbered.Index)).Order().ToArray());

    /// <returns>The index of the batch in what was given; null: in none.</returns>
    public int? IndexOf(Guid id)
    {
        // Ids that were not made here may look like any others: those of another version do not.
        if (id.Version != 7)
        {
            return null;
        }

        var (_, stream, sequence) = LogId.Parts(id);
        if (!_streams.TryGetValue(stream, out var ranges))
        {
            return null;
        }

        var (low, high) = (0, ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (sequence < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (sequence >= ranges[middle].End)
            {
                low = middle + 1;
            }
            else
            {
                return ranges[middle].Index;
            }
        }

        return null;
    }
}
