using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>
/// Brings OTLP's JSON into protobuf in one pass, so that there is one reading of what records mean. A value of a wrong type within a record is noted in
/// the record, which is then rejected by itself; outside of records it breaks the request.
/// </summary>
internal sealed class OtlpJson : IDisposable
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonLogs.MaximumDepth };

    private readonly ProtobufWriter _output = new();
    private bool _isInRecord;
    private string? _problem;
    private bool _isDetached;

    /// <exception cref="LogRequestException">Malformed.</exception>
    public static ProtobufWriter ToProtobuf(ReadOnlySpan<byte> json)
    {
        using var converter = new OtlpJson();
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw LogRequestException.Malformed("The body is no JSON object; an ExportLogsServiceRequest with `resourceLogs` is expected.");
            }

            converter.Message(ref reader, OtlpJsonMessage.Request);
            reader.Read(); // throws when something follows
        }
        catch (JsonException error)
        {
            throw LogRequestException.Malformed($"The body is not valid JSON at {JsonLogs.Describe(error)}", error);
        }

        return converter.Detach();
    }

    public void Dispose()
    {
        if (!_isDetached)
        {
            _output.Dispose();
        }
    }

    private ProtobufWriter Detach()
    {
        _isDetached = true;
        return _output;
    }

    private void Message(ref Utf8JsonReader reader, OtlpJsonMessage message)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.ValueIsEscaped ? null : message.Find(reader.ValueSpan);
            reader.Read();
            if (member is null || reader.TokenType == JsonTokenType.Null)
            {
                reader.Skip();
            }
            else if (!member.IsRepeated)
            {
                Value(ref reader, member);
            }
            else if (reader.TokenType != JsonTokenType.StartArray)
            {
                Wrong(ref reader, member, "a list");
            }
            else
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    Value(ref reader, member);
                }
            }
        }
    }

    private void Value(ref Utf8JsonReader reader, OtlpJsonMember member)
    {
        if (member.Message is { } message)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Wrong(ref reader, member, "an object");
                return;
            }

            var mark = _output.Begin(member.Field);
            if (message == OtlpJsonMessage.Record)
            {
                Record(ref reader);
            }
            else
            {
                Message(ref reader, message);
            }

            _output.End(mark);
            return;
        }

        if (!TryScalar(ref reader, member))
        {
            Wrong(ref reader, member, Expected(member.Kind));
        }
    }

    private void Record(ref Utf8JsonReader reader)
    {
        (_isInRecord, _problem) = (true, null);
        Message(ref reader, OtlpJsonMessage.Record);
        if (_problem is not null)
        {
            _output.Bytes(OtlpFields.RecordProblem, Encoding.UTF8.GetBytes(_problem));
        }

        _isInRecord = false;
    }

    private bool TryScalar(ref Utf8JsonReader reader, OtlpJsonMember member)
    {
        var text = reader.ValueSpan;
        var isText = reader.TokenType == JsonTokenType.String;
        var isNumber = isText || reader.TokenType == JsonTokenType.Number;
        switch (member.Kind)
        {
            case OtlpJsonKind.Text:
                return isText && TryText(ref reader, member.Field);
            case OtlpJsonKind.Hex:
                return isText && TryHex(text, member.Field);
            case OtlpJsonKind.Base64:
                return isText && TryBase64(text, member.Field);
            case OtlpJsonKind.Boolean when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                _output.Varint(member.Field, reader.TokenType == JsonTokenType.True ? 1UL : 0);
                return true;
            case OtlpJsonKind.Fixed64 when isNumber && Utf8Parser.TryParse(text, out ulong value, out var used) && used == text.Length:
                _output.Fixed64(member.Field, value);
                return true;
            case OtlpJsonKind.Fixed32 when isNumber && Utf8Parser.TryParse(text, out uint value, out var used) && used == text.Length:
                _output.Fixed32(member.Field, value);
                return true;
            case OtlpJsonKind.Integer or OtlpJsonKind.Severity when isNumber && Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length:
                _output.Varint(member.Field, (ulong)value);
                return true;
            case OtlpJsonKind.Severity when isText && SeverityOf(text) is var severity and > 0:
                _output.Varint(member.Field, (ulong)severity);
                return true;
            case OtlpJsonKind.Double when isNumber && TryDouble(text, out var value):
                _output.Fixed64(member.Field, BitConverter.DoubleToUInt64Bits(value));
                return true;
            default:
                return false;
        }
    }

    private bool TryText(ref Utf8JsonReader reader, int field)
    {
        if (!reader.ValueIsEscaped)
        {
            _output.Bytes(field, reader.ValueSpan);
            return true;
        }

        var target = _output.BeginBytes(field, reader.ValueSpan.Length, out var mark);
        var isText = JsonText.TryUnescape(reader.ValueSpan, target, out var length);
        _output.EndBytes(mark, length);
        return isText;
    }

    private bool TryHex(ReadOnlySpan<byte> text, int field)
    {
        var target = _output.BeginBytes(field, text.Length, out var mark);
        var length = 0;
        var isHex = text.Length % 2 == 0;
        for (var i = 0; isHex && i < text.Length; i += 2)
        {
            var (high, low) = (HexValue(text[i]), HexValue(text[i + 1]));
            isHex = high >= 0 && low >= 0;
            target[length++] = (byte)((high << 4) | (low & 15));
        }

        _output.EndBytes(mark, length);
        return isHex;
    }

    private bool TryBase64(ReadOnlySpan<byte> text, int field)
    {
        var target = _output.BeginBytes(field, Base64.GetMaxDecodedFromUtf8Length(text.Length), out var mark);
        var status = Base64.DecodeFromUtf8(text, target, out _, out var length);
        _output.EndBytes(mark, length);
        return status == System.Buffers.OperationStatus.Done;
    }

    private void Wrong(ref Utf8JsonReader reader, OtlpJsonMember member, string expected)
    {
        var given = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
            ? "something else"
            : Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 64)]);
        reader.Skip();
        var problem = $"`{Encoding.ASCII.GetString(member.Name)}` is {given}; {expected} is expected.";
        if (!_isInRecord)
        {
            throw LogRequestException.Malformed(problem);
        }

        _problem ??= problem;
    }

    private static string Expected(OtlpJsonKind kind) => kind switch
    {
        OtlpJsonKind.Text => "a text",
        OtlpJsonKind.Hex => "a text of hexadecimal digits",
        OtlpJsonKind.Base64 => "a text in base64",
        OtlpJsonKind.Boolean => "true or false",
        OtlpJsonKind.Severity => "a number from 0 to 24",
        OtlpJsonKind.Double => "a number",
        _ => "a whole number, perhaps as a text,",
    };

    private static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length)
        {
            return true;
        }

        (value, var isNamed) = text switch
        {
            _ when text.SequenceEqual("NaN"u8) => (double.NaN, true),
            _ when text.SequenceEqual("Infinity"u8) => (double.PositiveInfinity, true),
            _ when text.SequenceEqual("-Infinity"u8) => (double.NegativeInfinity, true),
            _ => (0.0, false),
        };
        return isNamed;
    }

    /// <summary>Of an enum's name such as SEVERITY_NUMBER_WARN2; 0: it is none.</summary>
    private static int SeverityOf(ReadOnlySpan<byte> name)
    {
        var prefix = "SEVERITY_NUMBER_"u8;
        if (!name.StartsWith(prefix) || name.Length < prefix.Length + 4)
        {
            return 0;
        }

        var level = name[prefix.Length..];
        var step = level[^1] is >= (byte)'2' and <= (byte)'4' ? level[^1] - '1' : 0;
        level = step > 0 ? level[..^1] : level;
        for (var number = 1; number <= 24; number += 4)
        {
            if (level.SequenceEqual(LogLevels.OfSeverity(number)))
            {
                return number + step;
            }
        }

        return 0;
    }

    private static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
