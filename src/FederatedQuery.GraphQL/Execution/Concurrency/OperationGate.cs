using System.Globalization;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Concurrency;

/// <summary>Lets so many operations in at a time (<see cref="ConcurrencyOptions"/>). Thread-safe.</summary>
internal sealed class OperationGate
{
    private readonly ConcurrencyOptions _options;
    private readonly TimeProvider _time;

    // Never disposed of: it has no handle as long as nobody asks for one, and permits may come back late.
    private readonly SemaphoreSlim? _places;
    private int _waiting;
    private int _subscriptions;

    public OperationGate(ConcurrencyOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        if (options.MaxOperations is { } most)
        {
            _places = most > 0
                ? new SemaphoreSlim(most, most)
                : throw new ArgumentException($"ConcurrencyOptions.MaxOperations is {most}; it must be at least 1, or null for any number.", nameof(options));
        }
    }

    /// <summary>For tests: how many run, wait, are subscribed.</summary>
    internal (int Running, int Waiting, int Subscriptions) State =>
        (_options.MaxOperations - _places?.CurrentCount ?? 0, Volatile.Read(ref _waiting), Volatile.Read(ref _subscriptions));

    public bool IsBounded(bool isSubscription) => isSubscription ? _options.MaxSubscriptions is not null : _places is not null;

    /// <summary>A place, after a wait if need be; or why there is none.</summary>
    /// <exception cref="OperationCanceledException">The caller gave the request up.</exception>
    public ValueTask<(OperationPermit? Permit, GraphQLError? Error)> EnterAsync(bool isSubscription, CancellationToken cancellationToken) =>
        isSubscription ? ValueTask.FromResult(EnterSubscription()) : EnterOperationAsync(cancellationToken);

    private async ValueTask<(OperationPermit? Permit, GraphQLError? Error)> EnterOperationAsync(CancellationToken cancellationToken)
    {
        // There is a free place only while nobody waits, so this overtakes none.
        if (_places!.Wait(0, CancellationToken.None))
        {
            return (new OperationPermit(LeaveOperation), null);
        }

        if (Interlocked.Increment(ref _waiting) > _options.MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return (null, TooMany($"{_options.MaxOperations} operations are being executed and {_options.MaxWaiting} wait, which are the most allowed."));
        }

        try
        {
            using var timeout = new CancellationTokenSource(_options.MaxWait, _time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await _places.WaitAsync(linked.Token);
            return (new OperationPermit(LeaveOperation), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _options.MaxWait.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return (null, TooMany($"The operation waited {seconds} seconds for its turn, which is the longest allowed: {_options.MaxOperations} are executed at once."));
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private (OperationPermit? Permit, GraphQLError? Error) EnterSubscription()
    {
        if (Interlocked.Increment(ref _subscriptions) <= _options.MaxSubscriptions)
        {
            return (new OperationPermit(LeaveSubscription), null);
        }

        LeaveSubscription();
        return (null, new GraphQLError($"{_options.MaxSubscriptions} subscriptions are open, which are the most allowed. Try again later.") { Code = ErrorCodes.TooManySubscriptions });
    }

    private void LeaveOperation() => _places!.Release();

    private void LeaveSubscription() => Interlocked.Decrement(ref _subscriptions);

    private static GraphQLError TooMany(string why) => new($"{why} Try again later.") { Code = ErrorCodes.TooManyRequests };
}
