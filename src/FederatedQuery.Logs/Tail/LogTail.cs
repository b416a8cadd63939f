using System.Globalization;
using System.Runtime.CompilerServices;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Tail;

/// <summary>
/// Log records as they are stored, to any number of subscribers. What a subscriber asks for from before comes first, from whichever tier holds it; then it is
/// passed on what <see cref="LogTailHub"/> reads. One that cannot be passed on everything reads from the tables again where it was.
/// </summary>
public sealed class LogTail : IDisposable
{
    private const int MostBatches = 500;

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>What the clocks of replicas may differ by, and a record wait to be stored, where nothing better is known.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    private readonly LogTailHub _hub;
    private readonly StoredBatches _stored;
    private readonly TailHistory _history;
    private readonly LogTailMetrics _metrics;
    private readonly LogTailOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _reads;

    internal LogTail(
        LogTailHub hub, StoredBatches stored, TailHistory history, LogTailMetrics metrics, IOptions<LogTailOptions> options, TimeProvider time)
    {
        _hub = hub;
        _stored = stored;
        _history = history;
        _metrics = metrics;
        _options = options.Value;
        _time = time;
        _reads = new SemaphoreSlim(_options.ConcurrentReads, _options.ConcurrentReads);
    }

    public void Dispose() => _reads.Dispose();

    /// <summary>Subscribes: what is stored after this has returned will come.</summary>
    /// <returns>The events, to be read once; they end only with the token, or with a failure. Where the token is cancelled, or the reading is disposed of, the subscription ends.</returns>
    /// <exception cref="FederatedQueryException">BadArgument: the request is wrong. Overloaded: there are too many subscribers. Else a tier failed.</exception>
    public async Task<IAsyncEnumerable<TailEvent>> SubscribeAsync(TailRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Replay < 0 || request.Replay > _options.MaximumReplay)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, string.Create(CultureInfo.InvariantCulture, $"`replay` is {request.Replay}; it must be 0 to {_options.MaximumReplay}."));
        }

        if (_metrics.Subscribers >= _options.MaximumSubscribers)
        {
            throw TooMany();
        }

        var subscription = new Subscription(this, request, LogCondition.Compile(request.Filter));
        await subscription.BeginAsync(cancellationToken);
        return subscription.ReadAsync(cancellationToken);
    }

    private FederatedQueryException TooMany() => new(
        FailureKind.Overloaded,
        string.Create(CultureInfo.InvariantCulture, $"There are {_options.MaximumSubscribers} subscribers of logs, which is as many as there may be. Try again later."));

    /// <summary>One subscriber's way through what is stored to what is new.</summary>
    private sealed class Subscription(LogTail tail, TailRequest request, Func<TailRecord, bool> condition)
    {
        private readonly LogTailOptions _options = tail._options;
        private TailCursor _position = TailCursor.AfterBatch(0);
        private IReadOnlyList<TailEvent> _first = [];

        /// <summary>All that the subscriber lacks was accepted after this id: for when its batch is forgotten.</summary>
        private Guid _since;

        /// <summary>Finds where to begin.</summary>
        public async Task BeginAsync(CancellationToken cancellationToken)
        {
            _since = LogId.Create((tail._time.GetUtcNow() - Leeway).ToUnixTimeMilliseconds(), 0, 0);
            if (request.After is { } after)
            {
                _position = TailCursor.TryParse(after, out var cursor) ? cursor : await AfterPageAsync(after, cancellationToken);
            }
            else if (request.Replay > 0)
            {
                (_first, _position) = await WithReadAsync(token => tail._history.NewestAsync(request, token), cancellationToken);
            }
            else
            {
                _position = TailCursor.AfterBatch(await tail._stored.NewestAsync(cancellationToken));
            }

            if (!_position.IsInTime && _position.Id != Guid.AllBitsSet)
            {
                _since = _position.Id;
            }
            else if (request.After is not null && await tail._stored.NewestAsync(cancellationToken) is var newest && newest < _position.Batch)
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
            if (!tail._metrics.TryEnter(_options.MaximumSubscribers))
            {
                throw tail.TooMany();
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
                tail._metrics.Leave();
            }
        }

        private async Task<TailCursor> AfterPageAsync(string after, CancellationToken cancellationToken)
        {
            (_first, var position) = await WithReadAsync(token => tail._history.AfterPageAsync(request, after, token), cancellationToken);
            return position;
        }

        /// <summary>What was there at a certain moment, in the order of time; to the end of it.</summary>
        private async IAsyncEnumerable<TailEvent> ReadTimeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (!_position.IsInTime)
            {
                yield break;
            }

            var later = await PatientlyAsync(LaterBatchesAsync, cancellationToken);
            while (_position.IsInTime)
            {
                tail._metrics.CatchUps.Add(1);
                var (events, position) = await PatientlyAsync(token => tail._history.ReadAsync(request, _position, later, token), cancellationToken);
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
                var batches = await PatientlyAsync(
                    token => tail._stored.ListAfterAsync(isInBatch ? _position.Batch - 1 : _position.Batch, MostBatches, token), cancellationToken);
                if (batches.Count == 0 && !isInBatch)
                {
                    yield break;
                }

                if (batches.Count == 0 || batches[0].Number > _position.Batch + (isInBatch ? 0 : 1))
                {
                    await PatientlyAsync(BeginAgainInTimeAsync, cancellationToken);
                    yield break;
                }

                // What came while the last ones were read is, most likely, about to be passed on.
                var isLast = batches.Count < MostBatches;
                foreach (var group in BatchGroups.Of([.. batches.TakeWhile(batch => batch.Number <= to)], _options.RowsAtATime))
                {
                    tail._metrics.CatchUps.Add(1);
                    foreach (var batch in await PatientlyAsync(token => ReadGroupAsync(group, token), cancellationToken))
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

            var subscriber = new TailSubscriber(condition, _options);
            var head = tail._hub.Attach(subscriber, _position.Batch);
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

                        tail._metrics.Missed.Add(taken.Missed);
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
                tail._hub.Detach(subscriber);
            }
        }

        private async Task<IReadOnlyList<TailBatch>> ReadGroupAsync(IReadOnlyList<LogBatch> group, CancellationToken cancellationToken)
        {
            var (batches, isComplete) = await tail._stored.ReadAsync(group, cancellationToken);
            return isComplete ? batches : await tail._history.ReadBatchesAsync(request, group, cancellationToken);
        }

        /// <summary>The batches that are to be left out of the order of time, for they come after it.</summary>
        private async Task<LaterBatches> LaterBatchesAsync(CancellationToken cancellationToken)
        {
            var later = new LaterBatches(tail._stored, _position.Batch);
            if (await later.AreRememberedAsync(cancellationToken))
            {
                return later;
            }

            // The place in time is kept; what was there is now what is there at present.
            _position = TailCursor.InTime(await tail._stored.NewestAsync(cancellationToken), _position.Id, _position.TimestampMicros, _position.Since);
            return new LaterBatches(tail._stored, _position.Batch);
        }

        /// <summary>The position's batch is forgotten: what was accepted since comes in the order of time.</summary>
        private async Task<TailCursor> BeginAgainInTimeAsync(CancellationToken cancellationToken) =>
            _position = TailCursor.InTime(await tail._stored.NewestAsync(cancellationToken), Guid.Empty, long.MinValue, _since);

        /// <summary>Reads; while a tier does not answer, again and again for a time, so that subscriptions outlive its restart.</summary>
        private async Task<T> PatientlyAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        {
            var started = tail._time.GetTimestamp();
            var delay = FirstRetryDelay;
            while (true)
            {
                try
                {
                    return await WithReadAsync(read, cancellationToken);
                }
                catch (Exception error) when (IsPassing(error) && tail._time.GetElapsedTime(started) < _options.ReadPatience)
                {
                    await Task.Delay(delay, tail._time, cancellationToken);
                    delay = delay * 2 < _options.MaximumRetryDelay ? delay * 2 : _options.MaximumRetryDelay;
                }
            }
        }

        private static bool IsPassing(Exception error) =>
            FailureTranslation.TryTranslate(error)?.Kind is FailureKind.HotTier or FailureKind.ColdTier or FailureKind.Overloaded;

        private async Task<T> WithReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        {
            await tail._reads.WaitAsync(cancellationToken);
            try
            {
                return await read(cancellationToken);
            }
            finally
            {
                tail._reads.Release();
            }
        }
    }
}
