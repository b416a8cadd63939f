using System.Globalization;
using System.Text.Json;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols;

/// <summary>The gateway's own format: one JSON record, a JSON array of records, or NDJSON.</summary>
public static class JsonLogs
{
    /// <summary>
    /// Nesting of a record that is read at all. Beyond what metadata may have, so that a record that is too deep is rejected by itself and not the
    /// array that it is in.
    /// </summary>
    internal const int MaximumDepth = 1_000;

    private const string NoObject = "A record must be a JSON object.";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaximumDepth };

    private static readonly JsonReaderOptions OptionsOfFirst = new() { MaxDepth = MaximumDepth, AllowMultipleValues = true };

    /// <summary>Reads all records of a body.</summary>
    /// <param name="body">UTF-8, perhaps with a byte order mark.</param>
    /// <param name="isLines">Whether it is known to be NDJSON; else it is looked at, and may be.</param>
    /// <exception cref="LogRequestException">The body is empty, or broken where it is not only a line's: nothing of the batch may be kept.</exception>
    public static void Read(ReadOnlySpan<byte> body, bool isLines, LogBatchBuilder batch)
    {
        body = WithoutMark(body);
        var records = new JsonRecords(batch, LogNames.Contract);
        var first = body.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0)
        {
            throw LogRequestException.Malformed("The body is empty; a JSON record, an array of records, or NDJSON is expected.");
        }

        if (isLines)
        {
            ReadLines(body, records, batch);
        }
        else if (body[first] == (byte)'[')
        {
            ReadArray(body, records, batch);
        }
        else
        {
            ReadOneOrLines(body, records, batch);
        }
    }

    /// <summary>A byte order mark at the beginning means nothing.</summary>
    internal static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    /// <summary>Takes the next line off; its end, and a carriage return before that, are not part of it.</summary>
    internal static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line.Trim(" \t\r"u8);
    }

    /// <summary>Reads a line that should be a record.</summary>
    /// <returns>The reason when it is rejected.</returns>
    /// <exception cref="LogRequestException">Too many are.</exception>
    internal static string? ReadLine(ReadOnlySpan<byte> line, JsonRecords records, LogBatchBuilder batch, ReadOnlySpan<byte> added = default)
    {
        var reason = Problem(line, records);
        if (reason is null)
        {
            reason = records.Add(line, added);
        }
        else
        {
            batch.RejectRecord(reason);
        }

        RequestLimits.Check(batch, reason);
        return reason;
    }

    internal static string Describe(JsonException error, bool withLine = true)
    {
        var text = error.Message;
        var place = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var what = (place < 0 ? text : text[..place]).TrimEnd('.');
        return withLine
            ? string.Create(CultureInfo.InvariantCulture, $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: {what}.")
            : string.Create(CultureInfo.InvariantCulture, $"byte {error.BytePositionInLine + 1}: {what}.");
    }

    private static string? Problem(ReadOnlySpan<byte> line, JsonRecords records)
    {
        if (line.IsEmpty || line[0] != (byte)'{')
        {
            return NoObject;
        }

        try
        {
            var reader = new Utf8JsonReader(line, Options);
            reader.Read();
            records.Read(ref reader, line);
            reader.Read(); // throws when something follows
            return null;
        }
        catch (JsonException error)
        {
            return $"The line is not valid JSON: {Describe(error, withLine: false)}";
        }
    }

    private static void ReadLines(ReadOnlySpan<byte> rest, JsonRecords records, LogBatchBuilder batch)
    {
        while (!rest.IsEmpty)
        {
            var line = NextLine(ref rest);
            if (!line.IsEmpty)
            {
                ReadLine(line, records, batch);
            }
        }
    }

    private static void ReadArray(ReadOnlySpan<byte> body, JsonRecords records, LogBatchBuilder batch)
    {
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    records.Read(ref reader, body);
                    RequestLimits.Check(batch, records.Add(body));
                }
                else
                {
                    reader.Skip();
                    batch.RejectRecord(NoObject);
                    RequestLimits.Check(batch, NoObject);
                }
            }

            reader.Read(); // throws when something follows
        }
        catch (JsonException error)
        {
            // Where the broken record ends is not known, and so not where the next one begins.
            throw LogRequestException.Malformed(
                $"The body is not valid JSON at {Describe(error)} An array is taken whole or not at all; send NDJSON to have broken lines rejected one by one.", error);
        }
    }

    private static void ReadOneOrLines(ReadOnlySpan<byte> body, JsonRecords records, LogBatchBuilder batch)
    {
        try
        {
            var reader = new Utf8JsonReader(body, OptionsOfFirst);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw LogRequestException.Malformed("The body is JSON, but neither a record, which is an object, nor an array of records.");
            }

            records.Read(ref reader, body);
            var rest = body[(int)reader.BytesConsumed..].TrimStart(" \t\r"u8);
            if (rest.IsEmpty || rest[0] == (byte)'\n')
            {
                RequestLimits.Check(batch, records.Add(body));
                ReadLines(rest, records, batch);
                return;
            }

            if (!LooksLikeLines(body))
            {
                throw LogRequestException.Malformed(
                    $"Something follows the record that the body has (byte {reader.BytesConsumed + 1}); several records are sent as an array, or one a line.");
            }
        }
        catch (JsonException error) when (!LooksLikeLines(body))
        {
            throw LogRequestException.Malformed($"The body is not valid JSON at {Describe(error)}", error);
        }
        catch (JsonException)
        {
            // The first line is broken; the others may be whole.
        }

        ReadLines(body, records, batch);
    }

    /// <summary>Whether the second line begins an object, too.</summary>
    private static bool LooksLikeLines(ReadOnlySpan<byte> body)
    {
        var end = body.TrimStart(" \t\r\n"u8).IndexOf((byte)'\n');
        return end >= 0 && body.TrimStart(" \t\r\n"u8)[end..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }
}
