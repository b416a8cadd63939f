using System.Globalization;
using FederatedQuery.Federation;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Tail;

/// <summary>
/// Log records as they are stored, to any number of subscribers. What a subscriber asks for from before comes first, from whichever tier holds it; then it is
/// passed on what <see cref="LogTailHub"/> reads. One that cannot be passed on everything reads from the tables again where it was.
/// </summary>
public sealed class LogTail : IDisposable
{
    private readonly TailParts _parts;

    internal LogTail(
        LogTailHub hub, StoredBatches stored, TailHistory history, LogTailMetrics metrics, IOptions<LogTailOptions> options, TimeProvider time)
    {
        _parts = new TailParts(hub, stored, history, new TailReads(options.Value, time), metrics, options.Value, time);
    }

    public void Dispose() => _parts.Reads.Dispose();

    /// <summary>Subscribes: what is stored after this has returned will come.</summary>
    /// <returns>The events, to be read once; they end only with the token, or with a failure. Where the token is cancelled, or the reading is disposed of, the subscription ends.</returns>
    /// <exception cref="FederatedQueryException">BadArgument: the request is wrong. Overloaded: there are too many subscribers. Else a tier failed.</exception>
    public async Task<IAsyncEnumerable<TailEvent>> SubscribeAsync(TailRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = _parts.Options;
        if (request.Replay < 0 || request.Replay > options.MaximumReplay)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, string.Create(CultureInfo.InvariantCulture, $"`replay` is {request.Replay}; it must be 0 to {options.MaximumReplay}."));
        }

        if (_parts.Metrics.Subscribers >= options.MaximumSubscribers)
        {
            throw TailSubscription.TooMany(options);
        }

        var subscription = new TailSubscription(_parts, request, LogCondition.Compile(request.Filter));
        await subscription.BeginAsync(cancellationToken);
        return subscription.ReadAsync(cancellationToken);
    }
}
