using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution;

/// <content>Subscriptions (spec section 6.2.3).</content>
public sealed partial class RequestExecutor
{
    /// <summary>CreateSourceEventStream() (spec section 6.2.3.1).</summary>
    private async ValueTask<ExecutionResult> SubscribeAsync(
        PreparedOperation operation, OperationRequest request, RequestEvents? events, CancellationToken cancellationToken)
    {
        var field = operation.Root.Fields[0];

        // What the subscriber began for a subscription that does not come about, or that comes too late, is told to end.
        var lifetime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var execution = new OperationExecution(operation, request, _options, events, deadline: null, lifetime.Token);
        var isPassedOn = false;
        try
        {
            if (field.Definition.Subscriber is not { } subscriber)
            {
                throw new GraphQLException($"Subscription field \"{field.Definition.Name}\" has no source stream.");
            }

            var context = new ResolverContext(execution, field, parent: null, new PathNode(null, field.ResponseKey, 0));
            ValueTask<IAsyncEnumerable<object?>> subscribing;
            using (execution.Work.Begin())
            {
                subscribing = subscriber(context);
            }

            var source = await WithinTimeoutAsync(subscribing, cancellationToken);
            isPassedOn = true;
            return new ResponseStream(ResponseStreamKind.Subscription, MapEventsAsync(operation, request, source, events, lifetime, CancellationToken.None));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new OperationResult(SourceErrors(operation, request, events, exception));
        }
        finally
        {
            if (!isPassedOn)
            {
                await EndAsync(lifetime, field);
            }
        }
    }

    private async ValueTask EndAsync(CancellationTokenSource lifetime, FieldPlan field)
    {
        try
        {
            await lifetime.CancelAsync();
        }
        catch (AggregateException exception)
        {
            // What the subscriber has registered with its token failed: that is for the log.
            _options.ReportUnexpected(exception, $"{field.ParentType.Name}.{field.Definition.Name}");
        }

        lifetime.Dispose();
    }

    /// <summary>Making a source stream may take as long as executing an operation; what it gives later is not waited for.</summary>
    private async ValueTask<IAsyncEnumerable<object?>> WithinTimeoutAsync(ValueTask<IAsyncEnumerable<object?>> subscribing, CancellationToken cancellationToken)
    {
        if (subscribing.IsCompleted)
        {
            return await subscribing;
        }

        var task = subscribing.AsTask();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timeout = Task.Delay(_options.ExecutionTimeout, _options.TimeProvider, stop.Token);
        if (await Task.WhenAny(task, timeout) == task)
        {
            await stop.CancelAsync();
            return await task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new GraphQLException(
            $"The subscription's source took longer than the {_options.ExecutionTimeout.TotalSeconds:0.###} seconds allowed to begin.", ErrorCodes.Timeout);
    }

    /// <summary>MapSourceToResponseEvent() (spec section 6.2.3.2).</summary>
    private async IAsyncEnumerable<IResponsePayload> MapEventsAsync(
        PreparedOperation operation,
        OperationRequest request,
        IAsyncEnumerable<object?> source,
        RequestEvents? events,
        CancellationTokenSource lifetime,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var disposed = lifetime;
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Token, cancellationToken);
        using var scope = events?.Subscription();
        await using var items = source.GetAsyncEnumerator(linked.Token);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                {
                    break;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !(lifetime.IsCancellationRequested || linked.IsCancellationRequested))
            {
                // Sources watch their lifetime too, whose later registrations run first: they may end before the linked token knows.
                events?.SubscriptionError(exception);
                throw new GraphQLException(SourceErrors(operation, request, events, exception));
            }

            yield return await ExecuteEventAsync(operation, request, items.Current, events, linked.Token);
        }
    }

    private async ValueTask<OperationResult> ExecuteEventAsync(
        PreparedOperation operation, OperationRequest request, object? item, RequestEvents? events, CancellationToken cancellationToken)
    {
        using (events?.SubscriptionEvent())
        {
            return (OperationResult)await ExecuteAsync(operation, request, item, events, cancellationToken);
        }
    }

    /// <summary>What clients may see of a failure to make or to read the source stream: errors of its field.</summary>
    private IReadOnlyList<GraphQLError> SourceErrors(PreparedOperation operation, OperationRequest request, RequestEvents? events, Exception exception)
    {
        var field = operation.Root.Fields[0];
        var execution = new OperationExecution(operation, request, _options, events, deadline: null, CancellationToken.None);
        execution.AddException(field, exception, new PathNode(null, field.ResponseKey, 0), boundary: null);
        return execution.Errors;
    }
}
