using System.Buffers.Text;
using System.Text.Json;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols.Loki;

/// <summary>Loki's push requests in JSON: <c>{"streams":[{"stream":{"label":"value"},"values":[["nanoseconds","line",{"name":"value"}]]}]}</c>.</summary>
public sealed class LokiJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonLogs.MaximumDepth };

    private readonly LokiStream _stream;
    private byte[] _name = [];
    private byte[] _value = [];
    private byte[] _line = [];

    private LokiJson(LogBatchBuilder batch)
    {
        _stream = new LokiStream(batch);
    }

    /// <exception cref="LogRequestException">It is broken: nothing of the batch may be kept.</exception>
    public static void Read(ReadOnlySpan<byte> body, LogBatchBuilder batch)
    {
        try
        {
            var reader = new Utf8JsonReader(JsonLogs.WithoutMark(body), Options);
            reader.Read();
            new LokiJson(batch).ReadRequest(ref reader);
            reader.Read(); // throws when something follows
        }
        catch (JsonException error)
        {
            throw LogRequestException.Malformed($"The body is not valid JSON at {JsonLogs.Describe(error)}", error);
        }
    }

    private void ReadRequest(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, "The body is no JSON object; {\"streams\": [...]} is expected.");
        var isFound = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStreams = Is(ref reader, "streams"u8);
            reader.Read();
            if (!isStreams)
            {
                reader.Skip();
                continue;
            }

            isFound = true;
            Require(reader.TokenType == JsonTokenType.StartArray, "`streams` is no list.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Require(reader.TokenType == JsonTokenType.StartObject, "An item of `streams` is no object.");
                ReadStream(ref reader);
            }
        }

        Require(isFound, "`streams` is missing; {\"streams\": [...]} is expected.");
    }

    /// <summary>Labels may come after the values that have them: the object is gone through twice.</summary>
    private void ReadStream(ref Utf8JsonReader reader)
    {
        var again = reader;
        _stream.BeginStream();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isLabels = Is(ref reader, "stream"u8);
            reader.Read();
            if (isLabels && reader.TokenType != JsonTokenType.Null)
            {
                Require(reader.TokenType == JsonTokenType.StartObject, "`stream` is no object of labels.");
                Require(ReadPairs(ref reader), "`stream` has a label whose value is no text.");
            }

            reader.Skip();
        }

        _stream.EndLabels();
        while (again.Read() && again.TokenType == JsonTokenType.PropertyName)
        {
            var isValues = Is(ref again, "values"u8);
            again.Read();
            if (!isValues || again.TokenType == JsonTokenType.Null)
            {
                again.Skip();
                continue;
            }

            Require(again.TokenType == JsonTokenType.StartArray, "`values` is no list.");
            while (again.Read() && again.TokenType != JsonTokenType.EndArray)
            {
                ReadEntry(ref again);
            }
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            _stream.Reject("An item of `values` is no list; [\"nanoseconds\", \"line\"] is expected.");
            return;
        }

        _stream.BeginEntry();
        var micros = 0L;
        var index = 0;
        ReadOnlySpan<byte> line = default;
        string? problem = null;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            switch (index)
            {
                case 0 when reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number) || !TryTimestamp(reader.ValueSpan, out micros):
                    problem ??= "The first of an entry's values is no number of nanoseconds since 1970, as a text.";
                    break;
                case 1 when !TryText(ref reader, ref _line, out line):
                    problem ??= "The second of an entry's values, the line, is no text.";
                    break;
                case 2 when reader.TokenType != JsonTokenType.StartObject || !ReadPairs(ref reader):
                    problem ??= "The third of an entry's values, structured metadata, is no object of texts.";
                    break;
                case > 2:
                    problem ??= "An entry has more than three values.";
                    break;
            }

            reader.Skip();
        }

        problem ??= index < 2 ? "An entry has fewer than two values; [\"nanoseconds\", \"line\"] is expected." : null;
        if (problem is not null)
        {
            _stream.Reject(problem);
            return;
        }

        _stream.EndEntry(micros, line);
    }

    /// <summary>Reads labels or structured metadata to the object's end.</summary>
    /// <returns>False when one is no text.</returns>
    private bool ReadPairs(ref Utf8JsonReader reader)
    {
        var areTexts = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            areTexts &= TryText(ref reader, ref _name, out var name);
            reader.Read();
            if (TryText(ref reader, ref _value, out var value) && areTexts)
            {
                _stream.Add(name, value);
            }
            else
            {
                areTexts = false;
                reader.Skip();
            }
        }

        return areTexts;
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(name);

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw LogRequestException.Malformed(message);
        }
    }

    private static bool TryTimestamp(ReadOnlySpan<byte> text, out long micros)
    {
        var isNumber = Utf8Parser.TryParse(text, out ulong nanoseconds, out var used) && used == text.Length;
        micros = LogTimestamps.OfNanoseconds(nanoseconds);
        return isNumber;
    }

    private static bool TryText(scoped ref Utf8JsonReader reader, ref byte[] buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return false;
        }

        if (!reader.ValueIsEscaped)
        {
            text = reader.ValueSpan;
            return true;
        }

        if (buffer.Length < reader.ValueSpan.Length)
        {
            buffer = new byte[Math.Max(buffer.Length * 2, reader.ValueSpan.Length)];
        }

        var isText = JsonText.TryUnescape(reader.ValueSpan, buffer, out var length);
        text = buffer.AsSpan(0, length);
        return isText;
    }
}
