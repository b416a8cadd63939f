using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace FederatedQuery.GraphQL.Tests.Transports.WebSockets;

/// <summary>Bytes on a bare socket: nothing that a client sends may look like the server's fault.</summary>
public class WebSocketFuzzTests
{
    private const int Connections = 300;

    /// <summary>What a client may be told: that it closed, that its frames are not WebSocket's, or what the protocol names.</summary>
    private static readonly HashSet<int> ClientsFaults = [1000, 1002, 1007, 1009, 4400, 4401, 4409, 4429];

    private static readonly string[] Messages =
    [
        """{"type":"connection_init"}""", """{"type":"connection_init","payload":{"a":[1,2]}}""", """{"type":"ping"}""", """{"type":"pong","payload":{}}""",
        """{"type":"ping","payload":{"a":"\u00e9"}}""", """{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}""",
        """{"type":"subscribe","id":"2","payload":{"query":"subscription { ticks(probe: \"fuzz\") }"}}""",
        """{"type":"subscribe","id":"3","payload":{"query":"query($a: String) { hello(name: $a) }","variables":{"a":"b"}}}""",
        """{"type":"subscribe","id":"4","payload":{"query":"{ long(parts: 20) }"}}""", """{"type":"complete","id":"2"}""", """{"type":"complete","id":"9"}""",
    ];

    [Fact]
    public async Task Connection_AnyBytes_AreTheClientsFault()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options => options.MaxMessageBytes = 2048));
        var seeds = Enumerable.Range(0, Connections);
        var codes = new int?[Connections];

        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, cancellationToken) =>
            codes[seed] = await RunAsync(new Uri(server.HttpAddress), new Random(seed), cancellationToken));

        Assert.All(codes, code => Assert.True(code is null || ClientsFaults.Contains(code.Value), $"The server closed with {code}."));

        // Bytes sent after the server's end make TCP forget what it had said, so not every code arrives.
        Assert.InRange(codes.Count(code => code is not null), Connections / 4, Connections);
        Assert.Empty(server.Log.Problems);
        using var socket = await server.ConnectAsync();
        await WebSocketServer.SendAsync(socket, Messages[5]);
        Assert.Equal("next", (string?)(await WebSocketServer.ReceiveAsync(socket))!["type"]);
    }

    /// <returns>The code of the server's close frame; null when it ended the connection without one.</returns>
    private static async Task<int?> RunAsync(Uri server, Random random, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, limit.Token);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /graphql HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"), limit.Token);
        var received = new MemoryStream();
        try
        {
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                await stream.WriteAsync(NextFrame(random), limit.Token);
            }

            await stream.WriteAsync(Frame(8, [3, 232], random), limit.Token);
            await stream.CopyToAsync(received, limit.Token);
        }
        catch (IOException)
        {
            // Reset: what was sent after the server's end was not welcome.
        }

        return CloseCodeOf(received.ToArray());
    }

    private static byte[] NextFrame(Random random)
    {
        var text = Encoding.UTF8.GetBytes(Messages[random.Next(Messages.Length)]);
        switch (random.Next(12))
        {
            case < 6:
                return Frame(1, text, random);
            case 6:
                text[random.Next(text.Length)] = (byte)random.Next(256);
                return Frame(1, text, random);
            case 7:
                return Frame(1, text[..random.Next(text.Length)], random);
            case 8:
                var split = random.Next(text.Length);
                return [.. Frame(1, text[..split], random, final: false), .. Frame(9, "ping"u8.ToArray(), random), .. Frame(0, text[split..], random)];
            case 9:
                return Frame(random.Next(16), text, random);
            case 10:
                return Frame(1, Encoding.UTF8.GetBytes("{\"type\":\"ping\",\"payload\":{\"a\":\"" + new string('x', random.Next(4000)) + "\"}}"), random);
            default:
                var noise = new byte[random.Next(1, 40)];
                random.NextBytes(noise);
                return noise;
        }
    }

    private static byte[] Frame(int opcode, byte[] payload, Random random, bool final = true)
    {
        var frame = new MemoryStream();
        frame.WriteByte((byte)((final ? 0x80 : 0) | opcode));
        if (payload.Length < 126)
        {
            frame.WriteByte((byte)(0x80 | payload.Length));
        }
        else
        {
            Span<byte> length = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.WriteByte(0x80 | 126);
            frame.Write(length);
        }

        var mask = new byte[4];
        random.NextBytes(mask);
        frame.Write(mask);
        frame.Write([.. payload.Select((value, i) => (byte)(value ^ mask[i % 4]))]);
        return frame.ToArray();
    }

    /// <summary>Reads the server's frames, which are not masked, up to the close frame.</summary>
    private static int? CloseCodeOf(ReadOnlySpan<byte> received)
    {
        var start = received.IndexOf("\r\n\r\n"u8);
        for (var rest = start < 0 ? default : received[(start + 4)..]; rest.Length >= 2;)
        {
            var (length, header) = (rest[1] & 0x7F) switch
            {
                126 when rest.Length >= 4 => (BinaryPrimitives.ReadUInt16BigEndian(rest[2..]), 4),
                127 when rest.Length >= 10 => ((int)BinaryPrimitives.ReadUInt64BigEndian(rest[2..]), 10),
                var small => (small, 2),
            };
            if (rest.Length < header + length)
            {
                return null;
            }

            if ((rest[0] & 0x0F) == 8)
            {
                return length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(rest[header..]) : (int)WebSocketCloseStatus.Empty;
            }

            rest = rest[(header + length)..];
        }

        return null;
    }
}
