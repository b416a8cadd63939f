using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FederatedQuery.Benchmarks.Tails;

/// <summary>One subscriber on a bare socket, which notes when each numbered record came.</summary>
internal sealed class TailReader(TailKind kind, int records) : IDisposable
{
    private const int Digits = 6;

    private static readonly TimeSpan AliveInterval = TimeSpan.FromSeconds(3);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[8192];
    private int _kept;

    /// <summary>Stands before a record's number, in its message.</summary>
    public static ReadOnlySpan<byte> Mark => "tail#"u8;

    /// <summary>When record i came, by <see cref="Stopwatch"/>; 0: not yet.</summary>
    public long[] CameAt { get; } = new long[records];

    /// <summary>Records that came again.</summary>
    public int Doubled { get; private set; }

    /// <summary>Of the records, those that came.</summary>
    public int Count { get; private set; }

    /// <summary>Whether anything has come: the subscription is there.</summary>
    public bool HasBegun { get; private set; }

    public async Task SubscribeAsync(int port, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        foreach (var (send, expect) in kind.Steps)
        {
            await _socket.SendAsync(send, cancellationToken);
            while (expect is not null && _buffer.AsSpan(0, _kept).IndexOf(System.Text.Encoding.ASCII.GetBytes(expect)) < 0)
            {
                await FillAsync(cancellationToken);
            }

            _kept = 0;
        }
    }

    /// <summary>Reads until it is cancelled.</summary>
    /// <exception cref="InvalidDataException">The server has closed the connection.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var said = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            await FillAsync(cancellationToken);
            TakeMarks(Stopwatch.GetTimestamp());
            if (kind.Alive is not null && Stopwatch.GetElapsedTime(said) > AliveInterval)
            {
                said = Stopwatch.GetTimestamp();
                await _socket.SendAsync(kind.Alive, cancellationToken);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void TakeMarks(long now)
    {
        var rest = _buffer.AsSpan(0, _kept);
        while (rest.IndexOf(Mark) is >= 0 and var at && at + Mark.Length + Digits <= rest.Length)
        {
            if (!Utf8Parser.TryParse(rest.Slice(at + Mark.Length, Digits), out int number, out _))
            {
                throw new InvalidDataException("A record without a number came.");
            }

            Note(number, now);
            rest = rest[(at + Mark.Length + Digits)..];
        }

        // A mark may have come in part.
        var tail = Math.Min(rest.Length, Mark.Length + Digits - 1);
        rest[^tail..].CopyTo(_buffer);
        _kept = tail;
    }

    private void Note(int number, long now)
    {
        HasBegun = true;
        if (number >= CameAt.Length)
        {
            return; // One of those before the measurement.
        }

        if (CameAt[number] == 0)
        {
            CameAt[number] = now;
            Count++;
        }
        else
        {
            Doubled++;
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_kept), cancellationToken);
        _kept += received > 0 ? received : throw new InvalidDataException("The server closed the connection.");
    }
}
