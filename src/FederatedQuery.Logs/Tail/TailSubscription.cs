using System.Globalization;
using System.Runtime.CompilerServices;
using FederatedQuery.Federation;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Tail;

/// <summary>One subscriber's way through what is stored to what is new.</summary>
internal sealed class TailSubscription(TailParts parts, TailRequest request, Func<TailRecord, bool> condition)
{
    private const int MostBatches = 500;

    /// <summary>What the clocks of replicas may differ by, and a record wait to be stored, where nothing better is known.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    private TailCursor _position = TailCursor.AfterBatch(0);
    private IReadOnlyList<TailEvent> _first = [];

    /// <summary>All that the subscriber lacks was accepted after this id: for when its batch is forgotten.</summary>
    private Guid _since;

    /// <summary>Finds where to begin.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _since = LogId.Create((parts.Time.GetUtcNow() - Leeway).ToUnixTimeMilliseconds(), 0, 0);
        if (request.After is { } after)
        {
            _position = TailCursor.TryParse(after, out var cursor) ? cursor : await AfterPageAsync(after, cancellationToken);
        }
        else if (request.Replay > 0)
        {
            (_first, _position) = await parts.Reads.OnceAsync(token => parts.History.NewestAsync(request, token), cancellationToken);
        }
        else
        {
            _position = TailCursor.AfterBatch(await parts.Stored.NewestAsync(cancellationToken));
        }

        if (!_position.IsInTime && _position.Id != Guid.AllBitsSet)
        {
            _since = _position.Id;
        }
        else if (request.After is not null && await parts.Stored.NewestAsync(cancellationToken) is var newest && newest < _position.Batch)
        {
            // Of a database that has been set back since.
            _position = _position.IsInTime
                ? TailCursor.InTime(newest, _position.Id, _position.TimestampMicros, _position.Since)
                : TailCursor.AfterBatch(newest);
        }
    }

    public async IAsyncEnumerable<TailEvent> ReadAsync(CancellationToken subscribed, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(subscribed, cancellationToken);
        var token = linked.Token;
        if (!parts.Metrics.TryEnter(parts.Options.MaximumSubscribers))
        {
            throw TooMany(parts.Options);
        }

        try
        {
            foreach (var replayed in _first)
            {
                yield return replayed;
            }

            _first = [];
            while (true)
            {
                await foreach (var older in ReadTimeAsync(token))
                {
                    yield return older;
                }

                await foreach (var stored in ReadStoredAsync(long.MaxValue, token))
                {
                    yield return stored;
                }

                await foreach (var live in ReadLiveAsync(token))
                {
                    yield return live;
                }
            }
        }
        finally
        {
            parts.Metrics.Leave();
        }
    }

    public static FederatedQueryException TooMany(LogTailOptions options) => new(
        FailureKind.Overloaded,
        string.Create(CultureInfo.InvariantCulture, $"There are {options.MaximumSubscribers} subscribers of logs, which is as many as there may be. Try again later."));

    private async Task<TailCursor> AfterPageAsync(string after, CancellationToken cancellationToken)
    {
        (_first, var position) = await parts.Reads.OnceAsync(token => parts.History.AfterPageAsync(request, after, token), cancellationToken);
        return position;
    }

    /// <summary>What was there at a certain moment, in the order of time; to the end of it.</summary>
    private async IAsyncEnumerable<TailEvent> ReadTimeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!_position.IsInTime)
        {
            yield break;
        }

        var later = await parts.Reads.PatientlyAsync(LaterBatchesAsync, cancellationToken);
        while (_position.IsInTime)
        {
            parts.Metrics.CatchUps.Add(1);
            var (events, position) = await parts.Reads.PatientlyAsync(token => parts.History.ReadAsync(request, _position, later, token), cancellationToken);
            foreach (var older in events)
            {
                yield return older;
            }

            _position = position;
        }
    }

    /// <summary>Stored batches behind the position, in their order, until there are no more, or to a certain one.</summary>
    private async IAsyncEnumerable<TailEvent> ReadStoredAsync(long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!_position.IsInTime && _position.Batch < to)
        {
            var isInBatch = _position.Id != Guid.AllBitsSet;
            var batches = await parts.Reads.PatientlyAsync(
                token => parts.Stored.ListAfterAsync(isInBatch ? _position.Batch - 1 : _position.Batch, MostBatches, token), cancellationToken);
            if (batches.Count == 0 && !isInBatch)
            {
                yield break;
            }

            if (batches.Count == 0 || batches[0].Number > _position.Batch + (isInBatch ? 0 : 1))
            {
                await parts.Reads.PatientlyAsync(BeginAgainInTimeAsync, cancellationToken);
                yield break;
            }

            // What came while the last ones were read is, most likely, about to be passed on.
            var isLast = batches.Count < MostBatches;
            foreach (var group in BatchGroups.Of([.. batches.TakeWhile(batch => batch.Number <= to)], parts.Options.RowsAtATime))
            {
                parts.Metrics.CatchUps.Add(1);
                foreach (var batch in await parts.Reads.PatientlyAsync(token => ReadGroupAsync(group, token), cancellationToken))
                {
                    var after = batch.Number == _position.Batch ? _position.Id : Guid.Empty;
                    foreach (var record in batch.Records)
                    {
                        if (record.Id > after && condition(record))
                        {
                            _since = record.Id;
                            _position = TailCursor.Stored(batch.Number, record.Id, record.TimestampMicros);
                            yield return new TailEvent(record, _position, 0);
                        }
                    }

                    _position = TailCursor.AfterBatch(batch.Number);
                }
            }

            if (isLast)
            {
                yield break;
            }
        }
    }

    /// <summary>What the hub passes on, until that is not everything any more.</summary>
    private async IAsyncEnumerable<TailEvent> ReadLiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_position.IsInTime)
        {
            yield break;
        }

        var subscriber = new TailSubscriber(condition, parts.Options);
        var head = parts.Hub.Attach(subscriber, _position.Batch);
        try
        {
            await foreach (var stored in ReadStoredAsync(head, cancellationToken))
            {
                yield return stored;
            }

            if (_position.IsInTime || _position.Batch < head)
            {
                yield break;
            }

            // The hub may be behind what was read already.
            var read = _position.Batch;
            var isFirst = true;
            while (true)
            {
                var taken = await subscriber.TakeAsync(cancellationToken);
                if (taken.Missed > 0)
                {
                    if (isFirst)
                    {
                        // More came than may wait while older ones were sent: these are read like those.
                        yield break;
                    }

                    parts.Metrics.Missed.Add(taken.Missed);
                    yield return new TailEvent(null, _position, taken.Missed);
                }

                isFirst = false;

                foreach (var (record, batch) in taken.Records)
                {
                    if (batch > read)
                    {
                        _position = TailCursor.Stored(batch, record.Id, record.TimestampMicros);
                        _since = record.Id;
                        yield return new TailEvent(record, _position, 0);
                    }
                }

                if (taken.IsBehind)
                {
                    _position = TailCursor.AfterBatch(Math.Max(taken.FilteredTo, _position.Batch));
                    yield break;
                }
            }
        }
        finally
        {
            parts.Hub.Detach(subscriber);
        }
    }

    private async Task<IReadOnlyList<TailBatch>> ReadGroupAsync(IReadOnlyList<LogBatch> group, CancellationToken cancellationToken)
    {
        var (batches, isComplete) = await parts.Stored.ReadAsync(group, cancellationToken);
        return isComplete ? batches : await parts.History.ReadBatchesAsync(request, group, cancellationToken);
    }

    /// <summary>The batches that are to be left out of the order of time, for they come after it.</summary>
    private async Task<LaterBatches> LaterBatchesAsync(CancellationToken cancellationToken)
    {
        var later = new LaterBatches(parts.Stored, _position.Batch);
        if (await later.AreRememberedAsync(cancellationToken))
        {
            return later;
        }

        // The place in time is kept; what was there is now what is there at present.
        _position = TailCursor.InTime(await parts.Stored.NewestAsync(cancellationToken), _position.Id, _position.TimestampMicros, _position.Since);
        return new LaterBatches(parts.Stored, _position.Batch);
    }

    /// <summary>The position's batch is forgotten: what was accepted since comes in the order of time.</summary>
    private async Task<TailCursor> BeginAgainInTimeAsync(CancellationToken cancellationToken) =>
        _position = TailCursor.InTime(await parts.Stored.NewestAsync(cancellationToken), Guid.Empty, long.MinValue, _since);
}
