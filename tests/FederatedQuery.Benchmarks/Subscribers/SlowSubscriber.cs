using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FederatedQuery.Benchmarks.Subscribers;

/// <summary>
/// One WebSocket connection with one subscription, on a bare socket with the smallest receive buffer: it reads when it is told to, so that what
/// it does not read stays with the server.
/// </summary>
internal sealed class SlowSubscriber : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };

    private readonly byte[] _pong = Frame("""{"type":"pong"}""");
    private int _reads;

    /// <summary>Bytes read so far.</summary>
    public long Read { get; private set; }

    /// <exception cref="InvalidDataException">The server does not let it in.</exception>
    public static async Task<SlowSubscriber> OpenAsync(Uri server, string subscription, CancellationToken cancellationToken)
    {
        var subscriber = new SlowSubscriber();
        try
        {
            await subscriber._socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
            await subscriber.SendAsync(Handshake(server), cancellationToken);
            await subscriber.ExpectAsync("\r\n\r\n", cancellationToken);
            await subscriber.SendAsync(Frame("""{"type":"connection_init"}"""), cancellationToken);
            await subscriber.ExpectAsync("connection_ack", cancellationToken);
            await subscriber.SendAsync(Frame($$"""{"type":"subscribe","id":"1","payload":{"query":"{{subscription}}"} }"""), cancellationToken);
            return subscriber;
        }
        catch
        {
            subscriber.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes what is there, up to the length of the buffer. Every fifth time it says that it is alive: the server's pings may be far behind what
    /// it has read.
    /// </summary>
    /// <exception cref="InvalidDataException">The server has closed the connection.</exception>
    public void ReadSome(byte[] buffer)
    {
        if (++_reads % 5 == 0)
        {
            _socket.Send(_pong);
        }

        if (_socket.Poll(0, SelectMode.SelectRead))
        {
            var count = _socket.Receive(buffer);
            Read += count > 0 ? count : throw new InvalidDataException($"The server closed the connection after {Read} bytes.");
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The request that makes a connection one of <c>graphql-transport-ws</c>.</summary>
    public static byte[] Handshake(Uri server) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"GET /graphql HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"));

    /// <summary>A text frame of a client (RFC 6455, section 5.2), masked with zeros.</summary>
    public static byte[] Frame(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        var frame = new byte[8 + payload.Length];
        frame[0] = 0x81;
        frame[1] = 0x80 | 126;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }

    private async Task SendAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent), cancellationToken);
        }
    }

    private async Task ExpectAsync(string end, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        var text = new StringBuilder();
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            var count = await _socket.ReceiveAsync(buffer, cancellationToken);
            text.Append(count > 0 ? Encoding.ASCII.GetString(buffer, 0, count) : throw new InvalidDataException($"The server closed the connection after '{text}'."));
        }
    }
}
