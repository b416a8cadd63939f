using System.Text.Json;

namespace FederatedQuery.Logs.Tail;

/// <summary>A record as a JSON object, its keys those of the contract's <c>LogRecord</c>; what is null is left out.</summary>
public static class LogRecordJson
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Metadata = JsonEncodedText.Encode("metadata");

    /// <summary>Of all texts but the metadata, which is the last one.</summary>
    private static readonly JsonEncodedText[] Texts =
        [.. LogFields.Names.Skip(TailRecord.FirstTextField - 1).SkipLast(1).Select(name => JsonEncodedText.Encode(name))];

    public static void Write(Utf8JsonWriter writer, TailRecord record)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(record);
        writer.WriteStartObject();
        writer.WriteString(Id, record.Id);
        writer.WriteString(Timestamp, record.Timestamp.UtcDateTime);
        for (var i = 0; i < Texts.Length; i++)
        {
            if (record.TryGetUtf8(TailRecord.FirstTextField + i, out var text))
            {
                writer.WriteString(Texts[i], text);
            }
        }

        if (record.GetMetadata() is { } metadata)
        {
            // As PostgreSQL or a file of ours has it, so it is JSON.
            writer.WritePropertyName(Metadata);
            writer.WriteRawValue(metadata.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }
}
