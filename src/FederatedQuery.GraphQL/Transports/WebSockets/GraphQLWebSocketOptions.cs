using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>
/// How GraphQL is served over WebSocket, by the sub-protocol <c>graphql-transport-ws</c>
/// (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). A value out of its range stops the server at start.
/// Browsers' pages of other sites are refused as <see cref="GraphQLHttpOptions.RefuseCrossSiteRequests"/> says.
/// </summary>
public sealed class GraphQLWebSocketOptions
{
    /// <summary>False answers WebSocket handshakes as if they were plain requests.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Called with the payload of <c>connection_init</c>, to let the client in or not. Null lets in everybody. An exception closes the
    /// connection with 4500; a <see cref="GraphQLException"/> refuses it with 4403 and its message.
    /// </summary>
    public Func<ConnectionInit, CancellationToken, ValueTask<ConnectionInitResult>>? OnConnectionInit { get; set; }

    /// <summary>
    /// Asked with the handshake's request before anything of an operation is read: an error is the operation's answer, and null lets it begin. Null asks nobody. An exception is answered
    /// as an internal error.
    /// </summary>
    public Func<HttpContext, GraphQLError?>? OnOperation { get; set; }

    /// <summary>
    /// Within this the client must send <c>connection_init</c>, and again within this <see cref="OnConnectionInit"/> must answer, or the
    /// connection is closed with 4408. Default 10 seconds.
    /// </summary>
    public TimeSpan ConnectionInitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the client is sent a <c>ping</c>. Default 12 seconds; zero sends none.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// A client that sends nothing, not even a <c>pong</c>, for so long after a <c>ping</c> is cut off. One that is still busy reading what
    /// was sent before is not: <see cref="WriteTimeout"/> is for that. Default 12 seconds; at most <see cref="KeepAliveInterval"/>.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// A client that takes no bytes for so long while some wait for it is cut off. Until then its operations stand still: at most one
    /// result of each waits. Default 30 seconds.
    /// </summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long closing waits for the client's part of it. Default 5 seconds.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long queries that run may go on when the server stops; then, or once there are none, the connection is closed with 1001. Default 20 seconds.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest message of the client, its fragments together. Default 1 MiB; a longer one closes the connection with 1009.</summary>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// A streamed result longer than this is sent in fragments while it is made, and other results of the connection wait for its end;
    /// a shorter one is sent when it is complete. Default 64 KiB.
    /// </summary>
    public int MaxBufferedBytes { get; set; } = 64 * 1024;

    /// <summary>Operations that may run at the same time on one connection; further ones get an <c>error</c>. Default 100.</summary>
    public int MaxOperationsPerConnection { get; set; } = 100;

    /// <summary>Connections open at the same time; further handshakes are answered with 503. Default 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>The clock of the times above.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
