using System.Buffers;
using System.Runtime.InteropServices;

namespace FederatedQuery.Federation.Exports;

/// <summary>
/// Compresses what is written, as one frame of Zstandard (RFC 8878), with the system's libzstd, which images of Debian and Ubuntu have. Flushing sends what is there; disposing of it ends
/// the frame. Not thread-safe.
/// </summary>
public sealed partial class ZstandardStream : Stream
{
    private const int Level = 3;

    private readonly Stream _inner;
    private readonly byte[] _output = ArrayPool<byte>.Shared.Rent(128 * 1024);
    private nint _context;

    /// <param name="inner">Stays the caller's.</param>
    /// <exception cref="NotSupportedException">There is no libzstd on this machine: see <see cref="IsAvailable"/>.</exception>
    public ZstandardStream(Stream inner)
    {
        if (!IsAvailable)
        {
            throw new NotSupportedException("There is no libzstd on this machine.");
        }

        _inner = inner;
        _context = Native.CreateContext();
        Check(Native.SetParameter(_context, Native.CompressionLevel, Level));
    }

    private enum Directive
    {
        Continue,
        Flush,
        End,
    }

    /// <summary>Whether this machine has the library.</summary>
    public static bool IsAvailable { get; } = Native.Handle != 0;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var (read, written, _) = Compress(buffer.Span, Directive.Continue);
            buffer = buffer[read..];
            await _inner.WriteAsync(_output.AsMemory(0, written), cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is written asynchronously.");

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(Directive.Flush, cancellationToken);
        await _inner.FlushAsync(cancellationToken);
    }

    public override void Flush() => throw new NotSupportedException("It is flushed asynchronously.");

    /// <summary>Ends the frame. Without it, what was written is told to be cut off by whoever reads it.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(Directive.End, cancellationToken);
        await _inner.FlushAsync(cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
        {
            _ = Native.FreeContext(_context);
            _context = 0;
            ArrayPool<byte>.Shared.Return(_output);
        }

        base.Dispose(disposing);
    }

    private async Task DrainAsync(Directive directive, CancellationToken cancellationToken)
    {
        nuint left;
        do
        {
            (_, var written, left) = Compress([], directive);
            await _inner.WriteAsync(_output.AsMemory(0, written), cancellationToken);
        }
        while (left > 0);
    }

    private unsafe (int Read, int Written, nuint Left) Compress(ReadOnlySpan<byte> source, Directive directive)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        fixed (byte* input = source)
        fixed (byte* output = _output)
        {
            var from = new Native.Span((nint)input, (nuint)source.Length, 0);
            var to = new Native.Span((nint)output, (nuint)_output.Length, 0);
            var left = Check(Native.Compress(_context, ref to, ref from, (int)directive));
            return ((int)from.Position, (int)to.Position, left);
        }
    }

    private static nuint Check(nuint result) => Native.IsError(result) == 0
        ? result
        : throw new IOException($"Zstandard could not compress: {Marshal.PtrToStringUTF8(Native.ErrorName(result))}.");

    /// <summary>Of zstd.h.</summary>
    private static partial class Native
    {
        public const int CompressionLevel = 100;

        private const string Library = "libzstd";

        public static readonly nint Handle = Load();

        [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
        public static partial nint CreateContext();

        [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
        public static partial nuint FreeContext(nint context);

        [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
        public static partial nuint SetParameter(nint context, int parameter, int value);

        [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2")]
        public static partial nuint Compress(nint context, ref Span output, ref Span input, int directive);

        [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
        public static partial uint IsError(nuint code);

        [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
        public static partial nint ErrorName(nuint code);

        private static nint Load()
        {
            var handle = new[] { "libzstd.so.1", "libzstd.1.dylib", "libzstd.dll", "zstd.dll" }
                .Select(name => NativeLibrary.TryLoad(name, out var found) ? found : 0).FirstOrDefault(found => found != 0);
            NativeLibrary.SetDllImportResolver(typeof(ZstandardStream).Assembly, (name, _, _) => name == Library ? handle : 0);
            return handle;
        }

        /// <summary>ZSTD_inBuffer and ZSTD_outBuffer.</summary>
        public record struct Span(nint Start, nuint Size, nuint Position);
    }
}
