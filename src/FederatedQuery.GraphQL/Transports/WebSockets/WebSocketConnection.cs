using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using FederatedQuery.GraphQL.Types.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>
/// One client: receives its messages in order and acts on them. Its life is the receiving loop's; whatever else ends it sends a close frame,
/// upon which the client's own ends the loop, or a deadline does.
/// </summary>
internal sealed partial class WebSocketConnection : IDisposable
{
    private readonly HttpContext _context;
    private readonly WebSocket _socket;
    private readonly GraphQLWebSocketOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly BackgroundTasks _background;
    private readonly MessageReceiver _receiver;
    private readonly MessageSender _sender;
    private readonly ConnectionOperations _operations;
    private readonly ITimer _patience;
    private volatile ConnectionInit? _acknowledged;
    private volatile int _received;
    private bool _initReceived;
    private int _closing;
    private volatile bool _ended;

    public WebSocketConnection(
        HttpContext context, WebSocket socket, GraphQLServer server, OperationDocumentResolver documents, GraphQLWebSocketOptions options, ILogger logger)
    {
        _context = context;
        _socket = socket;
        _options = options;
        _logger = logger;
        _background = new BackgroundTasks(logger);
        _receiver = new MessageReceiver(socket, options.MaxMessageBytes);
        _sender = new MessageSender(socket, new WriteDeadline(options.WriteTimeout, options.TimeProvider, StopWaiting), _lifetime.Token);
        _operations = new ConnectionOperations(server, documents, _sender, _background, options, Fail, logger);
        _patience = options.TimeProvider.CreateTimer(
            static state => ((WebSocketConnection)state!).LosePatience(), this, options.ConnectionInitTimeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Serves the client until either side ends it.</summary>
    /// <param name="stopping">The server shuts down.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var shutdown = stopping.UnsafeRegister(
            static state =>
            {
                var connection = (WebSocketConnection)state!;
                connection._background.Start(connection.ShutDownAsync);
            },
            this);
        try
        {
            await ReceiveAsync();
        }
        catch (Exception exception) when (MessageSender.IsGone(exception))
        {
            Log.ClientGone(_logger, exception.Message);
        }
        finally
        {
            await _lifetime.CancelAsync();
            _operations.Abort();
            if (!await _background.WhenIdleAsync(_options.CloseTimeout, _options.TimeProvider))
            {
                Log.StillRunning(_logger, _background.Count);
            }

            _ended = true;
        }
    }

    /// <summary>Closes with a code that the client sees. Later calls do nothing.</summary>
    public void Close(WebSocketCloseStatus code, string reason) => _background.Start(() => CloseAsync(code, reason));

    public void Dispose()
    {
        _patience.Dispose();
        _receiver.Dispose();
        _sender.Dispose();
        _lifetime.Dispose();
    }

    /// <summary>Queries under way come to their end. Subscriptions have none: no <c>complete</c> for them, since the close tells clients to subscribe elsewhere.</summary>
    private async Task ShutDownAsync()
    {
        await _operations.DrainAsync(_lifetime.Token);
        await CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "Server is shutting down");
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await _receiver.ReceiveAsync() is { } bytes && Volatile.Read(ref _closing) == 0)
            {
                _received++;
                await HandleAsync(ClientMessage.Parse(bytes));
            }
        }
        catch (ProtocolViolationException violation)
        {
            await CloseAsync(violation.Code, violation.Message);
        }

        if (_socket.CloseStatus is { } status)
        {
            await AnswerCloseAsync(status);
        }
        else
        {
            await _receiver.DrainAsync();
        }
    }

    private async ValueTask HandleAsync(ClientMessage message)
    {
        switch (message.Type)
        {
            case ClientMessageType.ConnectionInit:
                Initialise(message.Payload);
                break;
            case ClientMessageType.Ping:
                using (var pong = new Utf8JsonBuffer(64))
                {
                    ServerMessages.WritePong(pong, message.Payload is { } payload ? JsonMarshal.GetRawUtf8Value(payload) : default);
                    await _sender.SendMessageAsync(pong.WrittenMemory);
                }

                break;
            case ClientMessageType.Subscribe:
                await _operations.StartAsync(
                    message.Id!, message.Operation!, _acknowledged ?? throw new ProtocolViolationException("Unauthorized", CloseCodes.Unauthorized));
                break;
            case ClientMessageType.Complete:
                _operations.Complete(message.Id!);
                break;
        }
    }

    private void Initialise(JsonElement? payload)
    {
        if (_initReceived)
        {
            throw new ProtocolViolationException("Too many initialisation requests", CloseCodes.TooManyInitRequests);
        }

        _initReceived = true;
        _patience.Change(_options.ConnectionInitTimeout, Timeout.InfiniteTimeSpan);
        _background.Start(() => AcknowledgeAsync(new ConnectionInit(_context, payload)));
    }

    private async Task AcknowledgeAsync(ConnectionInit init)
    {
        ConnectionInitResult result;
        try
        {
            result = _options.OnConnectionInit is { } decide ? await decide(init, _lifetime.Token) : ConnectionInitResult.Accept();
        }
        catch (GraphQLException exception)
        {
            result = ConnectionInitResult.Reject(exception.Message);
        }
        catch (Exception exception) when (!_lifetime.IsCancellationRequested)
        {
            Fail(exception);
            return;
        }

        if (!result.IsAccepted)
        {
            await CloseAsync(result.Code, result.Reason!);
            return;
        }

        if (Volatile.Read(ref _closing) != 0)
        {
            return;
        }

        _patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _acknowledged = init;
        if (init.Ended.CanBeCanceled)
        {
            _background.Start(() => CloseWhenEndedAsync(init));
        }

        using (var message = new Utf8JsonBuffer(64))
        {
            ServerMessages.WriteAcknowledgement(message, result.Payload);
            await _sender.SendMessageAsync(message.WrittenMemory);
        }

        if (_options.KeepAliveInterval != TimeSpan.Zero)
        {
            _background.Start(KeepAliveAsync);
        }
    }

    private async Task CloseWhenEndedAsync(ConnectionInit init)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(init.Ended, _lifetime.Token);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_lifetime.IsCancellationRequested)
        {
            await CloseAsync(CloseCodes.Forbidden, init.EndReason);
        }
    }

    private async Task KeepAliveAsync()
    {
        var rest = _options.KeepAliveInterval - _options.KeepAliveTimeout;
        await Task.Delay(_options.KeepAliveInterval, _options.TimeProvider, _lifetime.Token);
        while (true)
        {
            var (received, waits) = (_received, _sender.Waits);
            await _sender.SendMessageAsync(ServerMessages.Ping);
            await Task.Delay(_options.KeepAliveTimeout, _options.TimeProvider, _lifetime.Token);

            // A client with a backlog gets to the ping when it has read that: while it takes bytes it is alive, and when it takes none it
            // has as long as the deadline gives it.
            if (_received == received && _sender.Waits == waits && !_sender.IsWaiting)
            {
                Log.Silent(_logger, _options.KeepAliveTimeout);
                CutOff();
                return;
            }

            await Task.Delay(rest, _options.TimeProvider, _lifetime.Token);
        }
    }

    /// <summary>Sends a close frame, and gives the client time to send its own: the receiving loop then ends.</summary>
    private async Task CloseAsync(WebSocketCloseStatus code, string reason)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        Log.Closing(_logger, (int)code, reason);
        _operations.Abort();
        if (await _sender.TryCloseAsync(code, reason, _options.CloseTimeout))
        {
            _patience.Change(_options.CloseTimeout, Timeout.InfiniteTimeSpan);
        }
        else
        {
            CutOff();
        }
    }

    /// <summary>Answers the client's close frame with its code, unless it answers ours.</summary>
    private async Task AnswerCloseAsync(WebSocketCloseStatus status)
    {
        Volatile.Write(ref _closing, 1);
        _operations.Abort();
        var code = status == WebSocketCloseStatus.Empty ? WebSocketCloseStatus.NormalClosure : status;
        if (!await _sender.TryCloseAsync(code, _socket.CloseStatusDescription, _options.CloseTimeout))
        {
            CutOff();
        }
    }

    private void Fail(Exception exception)
    {
        Log.Failed(_logger, exception);
        Close(CloseCodes.InternalServerError, "Internal server error");
    }

    private void LosePatience()
    {
        if (Volatile.Read(ref _closing) == 0)
        {
            Close(CloseCodes.ConnectionInitTimeout, "Connection initialisation timeout");
        }
        else
        {
            CutOff();
        }
    }

    private void StopWaiting()
    {
        Log.NotReading(_logger, _options.WriteTimeout);
        CutOff();
    }

    /// <summary>Not after the end: over HTTP/2 the context may then be another request's.</summary>
    private void CutOff()
    {
        if (!_ended)
        {
            _context.Abort();
        }
    }
}
