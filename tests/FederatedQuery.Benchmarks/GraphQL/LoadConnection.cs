using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>One kept-alive HTTP/1.1 connection: a request's bytes out, the body of its answer back, by length or by chunks.</summary>
internal sealed class LoadConnection : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _statusLine;
    private byte[] _buffer;
    private byte[] _body = [];
    private int _read;
    private int _filled;

    private LoadConnection(int bufferBytes, int status)
    {
        _buffer = new byte[bufferBytes];
        _statusLine = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} ");
    }

    /// <param name="bufferBytes">To begin with; it grows to what an answer needs.</param>
    /// <param name="status">Of the answers that are expected.</param>
    public static async Task<LoadConnection> OpenAsync(Uri address, CancellationToken cancellationToken, int bufferBytes = 64 * 1024, int status = 200)
    {
        var connection = new LoadConnection(bufferBytes, status);
        try
        {
            await connection._socket.ConnectAsync(address.Host, address.Port, cancellationToken).AsTask().WaitAsync(Timeout, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <returns>The body, valid until the next call.</returns>
    /// <exception cref="InvalidDataException">The status is another than expected, or the answer does not say where it ends.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> AskAsync(byte[] request, CancellationToken cancellationToken)
    {
        await _socket.SendAsync(request, cancellationToken);
        (_read, _filled) = (0, 0);
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync(cancellationToken);
        }

        var head = Encoding.ASCII.GetString(_buffer, 0, end + 2);
        _read = end + 4;
        if (!head.StartsWith(_statusLine, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"The server answered: {head}");
        }

        if (Header(head, "Content-Length") is { } length)
        {
            return await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }

        return Header(head, "Transfer-Encoding") == "chunked"
            ? await ChunksAsync(cancellationToken)
            : throw new InvalidDataException($"The server did not say how long its answer is: {head}");
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<ReadOnlyMemory<byte>> ChunksAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(_read, _filled - _read).IndexOf("\r\n"u8)) < 0)
            {
                await FillAsync(cancellationToken);
            }

            var size = int.Parse(Encoding.ASCII.GetString(_buffer, _read, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _read += line + 2;
            var chunk = await TakeAsync(size + 2, cancellationToken);
            if (size == 0)
            {
                return _body.AsMemory(0, length);
            }

            if (_body.Length < length + size)
            {
                Array.Resize(ref _body, Math.Max(length + size, _body.Length * 2));
            }

            chunk[..size].CopyTo(_body.AsMemory(length));
            length += size;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        while (_filled - _read < count)
        {
            await FillAsync(cancellationToken);
        }

        _read += count;
        return _buffer.AsMemory(_read - count, count);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
        _filled += received > 0 ? received : throw new InvalidDataException("The server closed the connection within an answer.");
    }

    private static string? Header(string head, string name)
    {
        var at = head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var start = at + name.Length + 3;
        return head[start..head.IndexOf('\r', start)].Trim();
    }
}
