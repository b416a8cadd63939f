using System.Buffers;
using System.Text;
using System.Text.Json;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols;

/// <summary>
/// Reads records from JSON objects into a batch: no strings are made, values go from the body to the batch as bytes. What has no column becomes
/// metadata, as it is written. Of a member given twice the last counts. Not for several threads.
/// </summary>
/// <param name="batch">Gets the records, and the reasons of those that are no records.</param>
/// <param name="names">What members mean.</param>
internal sealed class JsonRecords(LogBatchBuilder batch, LogNames names)
{
    private const int LongestShown = 64;

    private readonly Slot[] _slots = new Slot[LogNames.MetadataId + 1];
    private readonly List<Member> _others = [];
    private byte[] _unescaped = [];
    private int _unescapedLength;
    private ArrayBufferWriter<byte>? _metadata;
    private string? _reason;

    /// <summary>Reads one object to its end; it becomes a record by <see cref="Add"/>.</summary>
    /// <param name="reader">At the object's beginning; afterwards at its end. Made over all of <paramref name="json"/>.</param>
    /// <param name="json">What the reader reads.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Array.Clear(_slots);
        _others.Clear();
        _unescapedLength = 0;
        _reason = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var name = NameOf(ref reader);
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            if (name is null)
            {
                reader.Skip();
                _others.Add(new Member(start, value, (int)reader.BytesConsumed));
            }
            else
            {
                ReadKnown(ref reader, json, name, start);
            }
        }
    }

    /// <summary>Adds what was read to the batch.</summary>
    /// <param name="json">As for <see cref="Read"/>.</param>
    /// <param name="added">Members that the metadata gets besides: <c>"name":value</c>, without braces; may be empty.</param>
    /// <returns>The reason when the record is rejected; null: it was taken.</returns>
    public string? Add(ReadOnlySpan<byte> json, ReadOnlySpan<byte> added = default)
    {
        if (_reason is not null)
        {
            batch.RejectRecord(_reason);
            return _reason;
        }

        batch.BeginRecord();
        if (_slots[LogNames.TimestampId].IsSet)
        {
            batch.Timestamp(_slots[LogNames.TimestampId].Micros);
        }

        for (var field = LogNames.LevelId; field < LogNames.MetadataId; field++)
        {
            ref readonly var slot = ref _slots[field];
            if (slot.IsSet)
            {
                var text = slot.IsUnescaped ? _unescaped.AsSpan(slot.Start, slot.Length) : json.Slice(slot.Start, slot.Length);
                batch.Text((LogField)field, field == LogNames.LevelId ? Level(text, slot.IsNumber) : text);
            }
        }

        AddMetadata(json, added);
        return batch.TryEndRecord(out var reason) ? null : reason;
    }

    private static string Show(ReadOnlySpan<byte> value) =>
        value.Length <= LongestShown ? Encoding.UTF8.GetString(value) : Encoding.UTF8.GetString(value[..LongestShown]) + "...";

    private static string KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        _ => "true or false",
    };

    private LogNames.Name? NameOf(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return names.Find(reader.ValueSpan);
        }

        return TryUnescape(reader.ValueSpan, out var start, out var length) ? names.Find(_unescaped.AsSpan(start, length)) : null;
    }

    private void ReadKnown(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, LogNames.Name name, int start)
    {
        var token = reader.TokenType;
        if (token == JsonTokenType.Null)
        {
            return;
        }

        var value = (int)reader.TokenStartIndex;
        if (token == JsonTokenType.StartObject && name.Children.Length > 0)
        {
            ReadChildren(ref reader, name);
        }

        var slot = new Slot { IsSet = true, Rank = name.Rank };
        var isTaken = token switch
        {
            JsonTokenType.StartObject => name.Field == LogNames.MetadataId,
            JsonTokenType.StartArray => false,
            _ when name.Field == LogNames.TimestampId => TryTimestamp(ref reader, ref slot),
            JsonTokenType.String => name.Field is not (0 or LogNames.MetadataId) && TryText(ref reader, ref slot),
            _ => name.Field is not (0 or LogNames.MetadataId or LogNames.MessageId) && TryText(ref reader, ref slot),
        };
        reader.Skip();
        slot.Member = new Member(start, value, (int)reader.BytesConsumed);
        if (isTaken)
        {
            Put(name.Field, slot);
        }
        else if (name.Rank > 0 || name.Field == 0)
        {
            // Another's name for a column, with something that is not for the column.
            _others.Add(slot.Member);
        }
        else
        {
            var right = name.Field switch
            {
                LogNames.TimestampId => LogTimestamps.Expected,
                LogNames.MetadataId => "an object is expected",
                _ => "a text is expected",
            };
            var given = name.Field == LogNames.TimestampId ? Show(json[value..slot.Member.End]) : KindOf(token);
            _reason ??= $"`{Show(name.Text)}` is {given}; {right}.";
        }
    }

    /// <summary>A column's value may be in a member's object, which stays metadata as a whole. What the record itself has for the column counts before it.</summary>
    private void ReadChildren(ref Utf8JsonReader reader, LogNames.Name parent)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            LogNames.Name? name = null;
            foreach (var child in parent.Children)
            {
                name = !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(child.Text) ? child : name;
            }

            reader.Read();
            var slot = new Slot { IsSet = true, Rank = name?.Rank ?? 0 };
            if (name is not null && reader.TokenType == JsonTokenType.String && TryText(ref reader, ref slot))
            {
                Put(name.Field, slot);
            }

            reader.Skip();
        }
    }

    private void Put(int field, in Slot slot)
    {
        ref var taken = ref _slots[field];
        if (taken.IsSet && taken.Rank < slot.Rank)
        {
            Keep(slot);
            return;
        }

        if (taken.IsSet && taken.Rank > slot.Rank)
        {
            Keep(taken);
        }

        taken = slot;
    }

    private void Keep(in Slot slot)
    {
        if (slot.Member.End > 0)
        {
            _others.Add(slot.Member);
        }
    }

    private bool TryTimestamp(ref Utf8JsonReader reader, ref Slot slot)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return LogTimestamps.TryParseNumber(reader.ValueSpan, out slot.Micros);
            case JsonTokenType.String when !reader.ValueIsEscaped:
                return LogTimestamps.TryParse(reader.ValueSpan, out slot.Micros);
            case JsonTokenType.String:
                return TryUnescape(reader.ValueSpan, out var start, out var length) && LogTimestamps.TryParse(_unescaped.AsSpan(start, length), out slot.Micros);
            default:
                return false;
        }
    }

    private bool TryText(ref Utf8JsonReader reader, ref Slot slot)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped)
        {
            slot.IsUnescaped = true;
            if (TryUnescape(reader.ValueSpan, out slot.Start, out slot.Length))
            {
                return true;
            }

            _reason ??= $"A text has half of a surrogate pair: \"{Show(reader.ValueSpan)}\".";
            return false;
        }

        slot.IsNumber = reader.TokenType == JsonTokenType.Number;
        slot.Start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
        slot.Length = reader.ValueSpan.Length;
        return true;
    }

    private bool TryUnescape(ReadOnlySpan<byte> source, out int start, out int length)
    {
        start = _unescapedLength;
        if (_unescaped.Length - start < source.Length)
        {
            Array.Resize(ref _unescaped, Math.Max(_unescaped.Length * 2, start + source.Length));
        }

        var isText = JsonText.TryUnescape(source, _unescaped.AsSpan(start), out length);
        _unescapedLength += length;
        return isText;
    }

    private ReadOnlySpan<byte> Level(ReadOnlySpan<byte> text, bool isNumber) => isNumber
        ? LogLevels.OfNumber(text)
        : names.NormalizesLevels ? LogLevels.OfName(text) : text;

    private void AddMetadata(ReadOnlySpan<byte> json, ReadOnlySpan<byte> added)
    {
        var own = _slots[LogNames.MetadataId];
        var written = own.IsSet ? json[own.Member.Value..own.Member.End] : default;
        if (_others.Count == 0 && added.IsEmpty)
        {
            if (own.IsSet)
            {
                batch.Metadata(written);
            }

            return;
        }

        _metadata ??= new ArrayBufferWriter<byte>(256);
        _metadata.ResetWrittenCount();
        _metadata.Write("{"u8);
        var inner = own.IsSet ? written[1..^1].Trim(" \t\r\n"u8) : default;
        _metadata.Write(inner);
        var isFirst = inner.IsEmpty;
        foreach (var member in _others)
        {
            _metadata.Write(isFirst ? default : ","u8);
            _metadata.Write(json[member.Name..member.End]);
            isFirst = false;
        }

        if (!added.IsEmpty)
        {
            _metadata.Write(isFirst ? default : ","u8);
            _metadata.Write(added);
        }

        _metadata.Write("}"u8);
        batch.Metadata(_metadata.WrittenSpan);
    }

    /// <summary>Where a member is in the JSON: its name, its value, its end.</summary>
    private readonly record struct Member(int Name, int Value, int End);

    /// <summary>What a column gets.</summary>
    private struct Slot
    {
        public bool IsSet;
        public int Rank;
        public Member Member;
        public int Start;
        public int Length;
        public bool IsUnescaped;
        public bool IsNumber;
        public long Micros;
    }
}
