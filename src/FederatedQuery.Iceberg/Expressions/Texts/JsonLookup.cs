using System.Text.Json;

namespace FederatedQuery.Iceberg.Expressions.Texts;

/// <summary>Finds values in JSON text without making objects of it.</summary>
internal static class JsonLookup
{
    private const int MaximumDepth = 1000;

    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaximumDepth };

    public static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaximumDepth };

    /// <returns>False when there is nothing there, or the text is not JSON.</returns>
    public static bool TryFind(ReadOnlySpan<byte> json, JsonPath path, out ReadOnlySpan<byte> value)
    {
        value = default;
        try
        {
            var reader = new Utf8JsonReader(json, ReaderOptions);
            reader.Read();
            var found = Find(ref reader, path.Steps.AsSpan());

            // What comes after the value makes the text no JSON: the reader says so.
            while (reader.Read())
            {
            }

            if (found is not { } range)
            {
                return false;
            }

            value = json[range];
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether the reader's text is that text; one with an escaped half of a surrogate pair is no text at all.</summary>
    public static bool TextEquals(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        try
        {
            return reader.ValueTextEquals(utf8);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>As <see cref="TextEquals"/>, of any value, whose start the reader is at.</summary>
    public static bool ValueEquals(ref Utf8JsonReader reader, JsonElement value)
    {
        try
        {
            return JsonElement.DeepEquals(JsonElement.ParseValue(ref reader), value);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>From a value's first token to its last.</summary>
    private static Range? Find(ref Utf8JsonReader reader, ReadOnlySpan<JsonPathStep> steps)
    {
        if (steps.IsEmpty)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return start..(int)reader.BytesConsumed;
        }

        Range? found = null;
        var step = steps[0];
        if (step.Key is { } key && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var isIt = KeyEquals(ref reader, key);
                reader.Read();
                if (isIt)
                {
                    found = Find(ref reader, steps[1..]);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        else if (step.Key is null && reader.TokenType == JsonTokenType.StartArray)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (index == step.Index)
                {
                    found = Find(ref reader, steps[1..]);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        else
        {
            reader.Skip();
        }

        return found;
    }

    private static bool KeyEquals(ref Utf8JsonReader reader, string key)
    {
        try
        {
            return reader.ValueTextEquals(key);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
