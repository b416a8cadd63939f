namespace FederatedQuery.Logs.Ingest;

/// <summary>What was stored in the last ten seconds. Thread-safe.</summary>
internal sealed class StoredRate(TimeProvider time)
{
    private const int Seconds = 10;

    private readonly Lock _lock = new();
    private readonly (long Second, long Records, long Bytes)[] _slots = new (long, long, long)[Seconds];

    public double PerSecond => Sum().Records / (double)Seconds;

    public double BytesPerSecond => Sum().Bytes / (double)Seconds;

    public void Add(long records, long bytes)
    {
        var now = Now();
        lock (_lock)
        {
            ref var slot = ref _slots[now % Seconds];
            slot = slot.Second == now ? (now, slot.Records + records, slot.Bytes + bytes) : (now, records, bytes);
        }
    }

    private (long Records, long Bytes) Sum()
    {
        var now = Now();
        var (records, bytes) = (0L, 0L);
        lock (_lock)
        {
            foreach (var slot in _slots)
            {
                if (now - slot.Second < Seconds)
                {
                    records += slot.Records;
                    bytes += slot.Bytes;
                }
            }
        }

        return (records, bytes);
    }

    /// <summary>Beginning past the slots' initial second.</summary>
    private long Now() => (long)time.GetElapsedTime(0).TotalSeconds + Seconds;
}
