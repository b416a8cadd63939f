using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Tail;

/// <summary>
/// One log record as a tail passes it on: immutable, shared by all who want it, its texts as the UTF-8 they came in. Fields are named by their
/// ids in <see cref="LogTable.Schema"/>.
/// </summary>
public sealed class TailRecord
{
    /// <summary>The texts: all columns after id and timestamp.</summary>
    internal const int FirstTextField = 3;

    internal const int TextFields = 11;

    private const int MetadataField = 13;

    /// <summary>What a record takes beside its texts, roughly.</summary>
    private const int Overhead = 128;

    private readonly byte[] _texts;
    private readonly Ends _ends;

    /// <param name="texts">Of each field from <see cref="FirstTextField"/> on, in order; null: none.</param>
    internal TailRecord(Guid id, long timestampMicros, TextBuilder texts)
    {
        Id = id;
        TimestampMicros = timestampMicros;
        (_texts, _ends) = texts.Build();
    }

    public Guid Id { get; }

    /// <summary>Microseconds since 1970, UTC.</summary>
    public long TimestampMicros { get; }

    public DateTimeOffset Timestamp => EpochTime.InstantOf(TimestampMicros);

    /// <summary>Bytes that it takes in memory, roughly.</summary>
    internal int Size => _texts.Length + Overhead;

    /// <summary>A text; false where it is null.</summary>
    public bool TryGetUtf8(int fieldId, out ReadOnlySpan<byte> text)
    {
        var index = fieldId - FirstTextField;
        var end = _ends[index];
        if (end < 0)
        {
            text = default;
            return false;
        }

        var before = index == 0 ? 0 : _ends[index - 1];
        var start = before < 0 ? ~before : before;
        text = _texts.AsSpan(start, end - start);
        return true;
    }

    public string? GetString(int fieldId) => TryGetUtf8(fieldId, out var text) ? System.Text.Encoding.UTF8.GetString(text) : null;

    /// <summary>The metadata as JSON on one line, so that it may be part of an event of a stream; null when there is none.</summary>
    public ReadOnlyMemory<byte>? GetMetadata()
    {
        if (!TryGetUtf8(MetadataField, out var json))
        {
            return null;
        }

        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            return json.ToArray();
        }

        // Laid out by another writer of cold files: PostgreSQL breaks no lines.
        var reader = new Utf8JsonReader(json);
        return JsonSerializer.SerializeToUtf8Bytes(JsonElement.ParseValue(ref reader));
    }

    /// <summary>A value of any field.</summary>
    internal Literal? GetLiteral(int fieldId) => fieldId switch
    {
        1 => Literal.Uuid(Id),
        2 => Literal.Timestamptz(TimestampMicros),
        _ => GetString(fieldId) is { } text ? Literal.String(text) : null,
    };

    /// <summary>Where each text ends in the bytes; of a null, the complement of where the one before ends.</summary>
    [InlineArray(TextFields)]
    internal struct Ends
    {
        private int _first;
    }

    /// <summary>Collects the texts of one record after the other.</summary>
    internal sealed class TextBuilder
    {
        private readonly ArrayBufferWriter<byte> _bytes = new(1024);
        private Ends _ends;
        private int _count;

        public void Add(ReadOnlySpan<byte> text)
        {
            _bytes.Write(text);
            _ends[_count++] = _bytes.WrittenCount;
        }

        public void AddNull() => _ends[_count++] = ~_bytes.WrittenCount;

        /// <summary>The texts of a record, all of which must have been added. Ready for the next one then.</summary>
        public (byte[] Texts, Ends Ends) Build()
        {
            if (_count != TextFields)
            {
                throw new InvalidOperationException($"A record of {_count} texts, instead of {TextFields}.");
            }

            var built = (_bytes.WrittenSpan.ToArray(), _ends);
            _bytes.ResetWrittenCount();
            _count = 0;
            return built;
        }
    }
}
