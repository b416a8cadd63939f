using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using FederatedQuery.GraphQL.Types.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>The operations of one connection, each running by itself and sending its results when its turn comes.</summary>
internal sealed partial class ConnectionOperations(
    GraphQLServer server,
    OperationDocumentResolver documents,
    MessageSender sender,
    BackgroundTasks background,
    GraphQLWebSocketOptions options,
    Action<Exception> fail,
    ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, WebSocketOperation> _active = new(StringComparer.Ordinal);
    private int _running;
    private int _ending;
    private TaskCompletionSource? _drained;

    /// <exception cref="ProtocolViolationException">An operation of this id is under way.</exception>
    public async ValueTask StartAsync(string id, RequestParameters parameters, ConnectionInit init)
    {
        var operation = new WebSocketOperation(id);
        bool accepted;
        lock (_lock)
        {
            if (_active.ContainsKey(id))
            {
                throw new ProtocolViolationException($"Subscriber for {id} already exists", CloseCodes.SubscriberAlreadyExists);
            }

            if (_drained is not null)
            {
                // The close that is to come tells the client to ask elsewhere.
                return;
            }

            // Counted until it has ended in truth: one that was completed but does not heed its cancellation still runs.
            accepted = _running < options.MaxOperationsPerConnection;
            if (accepted)
            {
                _running++;
                _ending++;
                _active.Add(id, operation);
            }
        }

        if (accepted)
        {
            background.Start(() => RunAsync(operation, parameters, init));
            return;
        }

        using var message = new Utf8JsonBuffer(256);
        ServerMessages.WriteError(message, id, [new GraphQLError(
            $"{options.MaxOperationsPerConnection} operations run on this connection already; complete one of them first.") { Code = ErrorCodes.TooManyConnectionOperations }]);
        await sender.SendMessageAsync(message.WrittenMemory);
    }

    /// <summary>The client wants no more of it. An unknown id is of an operation that has ended meanwhile.</summary>
    public void Complete(string id)
    {
        WebSocketOperation? operation;
        lock (_lock)
        {
            _active.Remove(id, out operation);
        }

        if (operation is not null)
        {
            background.Start(operation.AbandonAsync);
        }
    }

    /// <summary>Begins no more of them, and waits until none runs but subscriptions, or <see cref="GraphQLWebSocketOptions.DrainTimeout"/> is over.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Task drained;
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_ending == 0)
            {
                return;
            }

            drained = _drained.Task;
        }

        try
        {
            await drained.WaitAsync(options.DrainTimeout, options.TimeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            Log.NotDrained(logger, options.DrainTimeout);
        }
    }

    /// <summary>Ends them all, without a word to the client.</summary>
    public void Abort()
    {
        WebSocketOperation[] operations;
        lock (_lock)
        {
            operations = [.. _active.Values];
            _active.Clear();
        }

        foreach (var operation in operations)
        {
            background.Start(operation.AbortAsync);
        }
    }

    private async Task RunAsync(WebSocketOperation operation, RequestParameters parameters, ConnectionInit init)
    {
        // The connection goes on receiving while resolvers work.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await ExecuteAsync(operation, parameters, init);
        }
        catch (OperationCanceledException) when (operation.IsAbandoned || sender.IsClosed)
        {
            Log.Abandoned(logger, operation.Id);
        }
        catch (GraphQLException exception)
        {
            await EndAsync(operation, exception.Errors);
        }
        catch (Exception exception)
        {
            var id = Guid.NewGuid().ToString("N");
            Log.OperationFailed(logger, exception, id);
            await EndAsync(operation, [GraphQLError.Internal(id)]);
        }
        finally
        {
            TryRemove(operation);
            EndsNoMore(operation);
            lock (_lock)
            {
                _running--;
            }
        }
    }

    private void EndsNoMore(WebSocketOperation operation)
    {
        lock (_lock)
        {
            if (operation.IsEnding)
            {
                operation.IsEnding = false;
                if (--_ending == 0)
                {
                    _drained?.TrySetResult();
                }
            }
        }
    }

    private async Task ExecuteAsync(WebSocketOperation operation, RequestParameters parameters, ConnectionInit init)
    {
        if (options.OnOperation?.Invoke(init.HttpContext) is { } refusal)
        {
            await EndAsync(operation, [refusal]);
            return;
        }

        var resolution = await documents.ResolveAsync(parameters.Query, parameters.DocumentId, parameters.Extensions, operation.CancellationToken);
        if (resolution.Error is { } error)
        {
            await EndAsync(operation, [error]);
            return;
        }

        await using var scope = init.Services.CreateAsyncScope();
        var request = new OperationRequest(resolution.Document)
        {
            OperationName = parameters.OperationName,
            Variables = parameters.Variables,
            Services = scope.ServiceProvider,
            TransportContext = init.HttpContext,
            IncrementalFormat = IncrementalFormat.Ids,
        };
        foreach (var (key, value) in init.ContextData)
        {
            request.ContextData[key] = value;
        }

        switch (await server.Executor.ExecuteAsync(request, operation.CancellationToken))
        {
            case OperationResult { HasData: false } refused:
                await using (refused)
                {
                    await EndAsync(operation, refused.Errors);
                }

                return;
            case OperationResult result:
                await SendNextAsync(operation, result);
                break;
            case ResponseStream stream:
                if (stream.Kind == ResponseStreamKind.Subscription)
                {
                    EndsNoMore(operation);
                }

                await foreach (var result in stream.Results.WithCancellation(operation.CancellationToken))
                {
                    await SendNextAsync(operation, result);
                    operation.CancellationToken.ThrowIfCancellationRequested();
                }

                break;
        }

        await EndAsync(operation, errors: null);
    }

    private async Task SendNextAsync(WebSocketOperation operation, IResponsePayload payload)
    {
        using var writer = new NextMessageWriter(operation, sender, options.MaxBufferedBytes);
        try
        {
            await using (payload)
            {
                await payload.WriteToAsync(writer, operation.WritingToken);
            }
        }
        catch (Exception exception) when (writer.HasBegun && !sender.IsClosed)
        {
            // Half of a message is with the client, and no other half will come.
            fail(exception);
            throw new OperationCanceledException("The connection is being closed.", exception);
        }

        await writer.EndAsync();
    }

    /// <summary>Sends <c>complete</c>, or with errors <c>error</c>; after that the client may use the id again.</summary>
    private async Task EndAsync(WebSocketOperation operation, IReadOnlyList<GraphQLError>? errors)
    {
        using var message = new Utf8JsonBuffer(256);
        if (errors is null)
        {
            ServerMessages.WriteComplete(message, operation.Id);
        }
        else
        {
            ServerMessages.WriteError(message, operation.Id, errors);
        }

        await sender.EnterAsync(operation.CancellationToken);
        try
        {
            if (TryRemove(operation))
            {
                await sender.SendAsync(message.WrittenMemory, endOfMessage: true);
            }
        }
        finally
        {
            sender.Exit();
        }
    }

    /// <summary>False when the client has completed it: its id may be another operation's by now.</summary>
    private bool TryRemove(WebSocketOperation operation)
    {
        lock (_lock)
        {
            return _active.TryGetValue(operation.Id, out var active) && ReferenceEquals(active, operation) && _active.Remove(operation.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7122, LogLevel.Trace, "Operation {Id} of a GraphQL WebSocket connection was given up")]
        public static partial void Abandoned(ILogger logger, string id);

        [LoggerMessage(7123, LogLevel.Error, "A GraphQL operation over WebSocket failed; the client was given the id {ErrorId}")]
        public static partial void OperationFailed(ILogger logger, Exception exception, string errorId);

        [LoggerMessage(7127, LogLevel.Information, "Operations of a GraphQL WebSocket connection had not ended {Timeout} after the server was told to stop, and were cut off")]
        public static partial void NotDrained(ILogger logger, TimeSpan timeout);
    }
}
