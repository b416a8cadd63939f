using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>Messages as UTF-8 JSON.</summary>
public static class RestMessage
{
    /// <summary>
    /// How deep a request may be nested. Column types take two levels each, and metadata files are read up to 256: no request may make a table that
    /// cannot be loaded afterwards.
    /// </summary>
    public const int MaxRequestDepth = 250;

    private const int MaxResponseDepth = 300;

    /// <param name="utf8Json">The body.</param>
    /// <param name="maxDepth">Of nested arrays and objects.</param>
    /// <exception cref="IcebergException">InvalidMetadata: not JSON, or a member twice. Else as <see cref="IRestMessage{TSelf}.Read"/>.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> utf8Json, int maxDepth = MaxResponseDepth)
        where T : IRestMessage<T>
    {
        try
        {
            using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
            return T.Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw IcebergException.InvalidMetadata($"The body is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // A text with half a surrogate pair is found out when it is decoded.
            throw IcebergException.InvalidMetadata($"The body holds a text that is not valid Unicode: {e.Message}", e);
        }
    }

    public static ReadOnlyMemory<byte> ToJson<T>(T message)
        where T : IRestMessage<T> => JsonText.WriteBytes(message.Write);
}
