using FederatedQuery.Hot.Control.Logs;

namespace FederatedQuery.Logs.Tail;

/// <summary>Puts records to the batches they were stored in, by the stream and the sequence that their ids hold. Not thread-safe.</summary>
internal sealed class BatchSorting
{
    private readonly IReadOnlyList<LogBatch> _batches;
    private readonly List<TailRecord>[] _records;
    private readonly BatchRanges _ranges;

    /// <param name="batches">By number.</param>
    public BatchSorting(IReadOnlyList<LogBatch> batches)
    {
        _batches = batches;
        _records = [.. batches.Select(batch => new List<TailRecord>(batch.Rows))];
        _ranges = new BatchRanges(batches);
        var filled = batches.Where(batch => batch.Rows > 0).ToList();
        if (filled.Count > 0)
        {
            Rows = filled.Sum(batch => batch.Rows);
            LeastMicros = filled.Min(batch => batch.LeastMicros);
            GreatestMicros = filled.Max(batch => batch.GreatestMicros);
            FirstId = filled.Min(batch => batch.FirstId);
            LastId = filled.Max(batch => batch.LastId);
        }
    }

    /// <summary>How many records there should be.</summary>
    public int Rows { get; }

    public long LeastMicros { get; }

    public long GreatestMicros { get; }

    public Guid FirstId { get; }

    public Guid LastId { get; }

    /// <summary>Records that were put to a batch.</summary>
    public int Count { get; private set; }

    /// <summary>Leaves out what belongs to none of the batches.</summary>
    public void Add(TailRecord record)
    {
        if (_ranges.IndexOf(record.Id) is { } index)
        {
            _records[index].Add(record);
            Count++;
        }
    }

    public IReadOnlyList<TailBatch> Sorted()
    {
        var sorted = new TailBatch[_batches.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            _records[i].Sort((left, right) => left.Id.CompareTo(right.Id));
            sorted[i] = new TailBatch(_batches[i].Number, _records[i]);
        }

        return sorted;
    }
}
