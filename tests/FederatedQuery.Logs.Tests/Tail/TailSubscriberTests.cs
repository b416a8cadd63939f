using FederatedQuery.Logs.Tail;

namespace FederatedQuery.Logs.Tests.Tail;

public class TailSubscriberTests
{
    [Fact]
    public async Task Take_MoreCameThanMayWait_TellsHowManyMatchingOnesWereDropped()
    {
        using var isFiltered = new ManualResetEventSlim();
        var subscriber = Create(
            record =>
            {
                if (record.GetString(3) == "END")
                {
                    isFiltered.Set();
                }

                return record.GetString(3) == "INFO";
            },
            new LogTailOptions { MaximumWaiting = 3 });
        subscriber.Offer(Batch(1, "INFO", "WARN", "INFO"));
        subscriber.Offer(Batch(2, "WARN", "INFO", "INFO", "INFO"));
        // One batch after the other: when this one is looked at, those before it are waiting to be read.
        subscriber.Offer(Batch(3, "END"));
        isFiltered.Wait();

        var (missed, read) = await ReadAsync(subscriber, 5);

        Assert.Equal((2, 3), (missed, read.Count));
        Assert.Equal([2L, 2, 2], read.Select(record => record.Batch));
        // It goes on as if nothing had been.
        subscriber.Offer(Batch(4, "INFO"));
        var next = await subscriber.TakeAsync(CancellationToken.None);
        Assert.Equal((0, 4, false), (next.Missed, Assert.Single(next.Records).Batch, next.IsBehind));
    }

    [Fact]
    public async Task Take_BatchesWereLost_GivesWhatWasThereAndThenSaysUpToWhere()
    {
        var subscriber = Create(_ => true, new LogTailOptions());
        subscriber.Offer(Batch(7, "INFO"));
        var first = await subscriber.TakeAsync(CancellationToken.None);
        subscriber.Lose();
        subscriber.Offer(Batch(9, "INFO"));

        var last = await subscriber.TakeAsync(CancellationToken.None);

        Assert.Equal(7, Assert.Single(first.Records).Batch);
        Assert.Equal((0, true, 7), (last.Records.Count, last.IsBehind, last.FilteredTo));
    }

    [Fact]
    public async Task Offer_FilterCannotKeepUp_IsBehindInsteadOfHoldingMore()
    {
        using var mayGoOn = new ManualResetEventSlim();
        var subscriber = Create(
            _ =>
            {
                mayGoOn.Wait();
                return true;
            },
            new LogTailOptions { MaximumUnfilteredBytes = 1 });
        // One is being filtered, one waits, and there is no room for the third.
        subscriber.Offer(Batch(1, "INFO"));
        subscriber.Offer(Batch(2, "INFO"));
        subscriber.Offer(Batch(3, "INFO"));
        subscriber.Offer(Batch(4, "INFO"));
        mayGoOn.Set();

        var batches = new List<long>();
        TailSubscriber.Taken taken;
        while (!(taken = await subscriber.TakeAsync(CancellationToken.None)).IsBehind)
        {
            batches.AddRange(taken.Records.Select(record => record.Batch));
        }

        // Whatever had been filtered when it fell behind is given and said.
        Assert.Equal(Enumerable.Range(1, batches.Count).Select(batch => (long)batch), batches);
        Assert.Equal(batches.Count, taken.FilteredTo);
        Assert.InRange(batches.Count, 0, 2);
    }

    [Fact]
    public async Task Take_ConditionFails_ThrowsWhatItThrew()
    {
        var subscriber = Create(_ => throw new InvalidOperationException("This condition cannot be decided."), new LogTailOptions());
        subscriber.Offer(Batch(1, "INFO"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => subscriber.TakeAsync(CancellationToken.None));

        Assert.Equal("This condition cannot be decided.", error.Message);
    }

    private static TailSubscriber Create(Func<TailRecord, bool> condition, LogTailOptions options) => new(condition, options);

    private static TailBatch Batch(long number, params string[] levels) => new(
        number, [.. levels.Select(level => StoredLogs.Record(Guid.NewGuid(), 0, [level, "text", .. Enumerable.Repeat<string?>(null, 9)]))]);

    private static async Task<(long Missed, List<StoredRecord> Records)> ReadAsync(TailSubscriber subscriber, int count)
    {
        var (missed, read) = (0L, new List<StoredRecord>());
        while (missed + read.Count < count)
        {
            var taken = await subscriber.TakeAsync(CancellationToken.None);
            missed += taken.Missed;
            read.AddRange(taken.Records);
        }

        return (missed, read);
    }
}
