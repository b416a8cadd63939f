using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Tail;

/// <summary>The batches after a certain one, as far as they are known: their records come later, and are to be left out before. Not thread-safe.</summary>
internal sealed class LaterBatches(StoredBatches stored, long batch)
{
    private const int MostBatches = 10_000;

    /// <summary>Of each stream the sequences, from the first to before the end; neither overlapping nor touching.</summary>
    private readonly Dictionary<int, SortedList<long, long>> _streams = [];
    private long _known = batch;

    /// <summary>Those after this one.</summary>
    public long Batch { get; } = batch;

    /// <summary>False: some of them are forgotten by now.</summary>
    public async Task<bool> AreRememberedAsync(CancellationToken cancellationToken) =>
        await stored.ListAfterAsync(Batch, 1, cancellationToken) is not [var first] || first.Number == Batch + 1;

    /// <summary>Learns of all that have been stored by now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<LogBatch> batches;
        do
        {
            batches = await stored.ListAfterAsync(_known, MostBatches, cancellationToken);
            foreach (var one in batches)
            {
                Add(one);
                _known = one.Number;
            }
        }
        while (batches.Count == MostBatches);
    }

    public bool Contains(Guid id)
    {
        if (id.Version != 7)
        {
            return false;
        }

        var (_, stream, sequence) = LogId.Parts(id);
        return _streams.TryGetValue(stream, out var ranges) && IndexAtOrBefore(ranges, sequence) is >= 0 and var index && sequence < ranges.GetValueAtIndex(index);
    }

    private void Add(LogBatch added)
    {
        if (!_streams.TryGetValue(added.Stream, out var ranges))
        {
            _streams.Add(added.Stream, ranges = []);
        }

        var (first, end) = (added.FirstSequence, added.EndSequence);
        if (IndexAtOrBefore(ranges, first) is >= 0 and var before && ranges.GetValueAtIndex(before) == first)
        {
            first = ranges.GetKeyAtIndex(before);
            ranges.RemoveAt(before);
        }

        if (ranges.Remove(end, out var endOfNext))
        {
            end = endOfNext;
        }

        ranges.Add(first, end);
    }

    private static int IndexAtOrBefore(SortedList<long, long> ranges, long sequence)
    {
        var (low, high) = (0, ranges.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (ranges.GetKeyAtIndex(middle) <= sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
