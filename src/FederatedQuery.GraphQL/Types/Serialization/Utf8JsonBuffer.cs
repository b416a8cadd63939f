using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>
/// A growing buffer of UTF-8 JSON on pooled memory. It can be cut back (<see cref="Truncate"/>), which is how a null takes the place of
/// an object already half written. Not thread-safe.
/// </summary>
public sealed class Utf8JsonBuffer : IBufferWriter<byte>, IDisposable
{
    private static readonly SearchValues<char> NeedsEscape = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000B\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F");

    private byte[] _bytes;
    private Utf8JsonWriter? _writer;

    public Utf8JsonBuffer(int capacity = 1024)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(capacity);
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public void Truncate(int length) => Length = length <= Length ? length : throw new ArgumentOutOfRangeException(nameof(length));

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void WriteByte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>Bytes that are JSON, or part of JSON, already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.TryCopyTo(_bytes.AsSpan(Length)))
        {
            Grow(utf8.Length);
            utf8.CopyTo(_bytes.AsSpan(Length));
        }

        Length += utf8.Length;
    }

    /// <summary>As <see cref="WriteRaw"/>, for what is short and written over and over.</summary>
    internal void WriteKey(JsonKey key)
    {
        if (_bytes.Length - Length >= JsonKey.ShortLength && key.IsShort)
        {
            key.CopyShort(_bytes.AsSpan(Length, JsonKey.ShortLength));
            Length += key.Length;
            return;
        }

        WriteRaw(key.Utf8);
    }

    public void WriteNull() => WriteRaw("null"u8);

    public void WriteBoolean(bool value) => WriteRaw(value ? "true"u8 : "false"u8);

    public void WriteNumber(long value)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    public void WriteNumber(decimal value)
    {
        Reserve(32);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>The shortest digits that read back as the same number. NaN and infinities are not JSON: the caller must refuse them.</summary>
    public void WriteNumber(double value)
    {
        Reserve(32);
        if (ShortDecimal.TryFormat(value, _bytes.AsSpan(Length), out var length))
        {
            Length += length;
            return;
        }

        value.TryFormat(_bytes.AsSpan(Length), out var written, "R", System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>As <see cref="WriteNumber(double)"/>, with the digits that a 32-bit float has.</summary>
    public void WriteNumber(float value)
    {
        Reserve(32);
        value.TryFormat(_bytes.AsSpan(Length), out var written, "R", System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>A value that formats itself, in quotes; its text must need no escapes.</summary>
    public void WriteQuoted<T>(T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        Reserve(66);
        _bytes[Length++] = (byte)'"';
        value.TryFormat(_bytes.AsSpan(Length), out var written, format, System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
        _bytes[Length++] = (byte)'"';
    }

    /// <summary>A JSON string. Lone surrogates become U+FFFD.</summary>
    public void WriteString(ReadOnlySpan<char> value)
    {
        Reserve(value.Length + 2);
        if (PlainText.TryCopy(value, _bytes.AsSpan(Length + 1, value.Length)))
        {
            _bytes[Length] = (byte)'"';
            _bytes[Length + value.Length + 1] = (byte)'"';
            Length += value.Length + 2;
            return;
        }

        WriteByte((byte)'"');
        while (true)
        {
            var stop = value.IndexOfAny(NeedsEscape);
            WriteText(stop < 0 ? value : value[..stop]);
            if (stop < 0)
            {
                break;
            }

            WriteEscaped(value[stop]);
            value = value[(stop + 1)..];
        }

        WriteByte((byte)'"');
    }

    /// <summary>Lets a <see cref="Utf8JsonWriter"/> write one value here; it is reused from value to value.</summary>
    public void WriteWith<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        if (_writer is null)
        {
            _writer = new Utf8JsonWriter(this, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }
        else
        {
            _writer.Reset(this);
        }

        write(_writer, state);
        _writer.Flush();
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
            Length = 0;
        }

        _writer?.Dispose();
    }

    private void WriteText(ReadOnlySpan<char> value)
    {
        Reserve(value.Length * 3);
        Utf8.FromUtf16(value, _bytes.AsSpan(Length), out _, out var written);
        Length += written;
    }

    private void WriteEscaped(char value)
    {
        Reserve(6);
        var short_ = value switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '\b' => (byte)'b',
            '\f' => (byte)'f',
            '\n' => (byte)'n',
            '\r' => (byte)'r',
            '\t' => (byte)'t',
            _ => (byte)0,
        };
        _bytes[Length++] = (byte)'\\';
        if (short_ != 0)
        {
            _bytes[Length++] = short_;
            return;
        }

        WriteRaw("u00"u8);
        _bytes[Length++] = (byte)('0' + (value >> 4));
        _bytes[Length++] = "0123456789ABCDEF"u8[value & 0xF];
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }
    }

    private void Grow(int count)
    {
        var needed = checked(Length + count);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max((long)_bytes.Length * 2, needed), Array.MaxLength));
        WrittenSpan.CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
