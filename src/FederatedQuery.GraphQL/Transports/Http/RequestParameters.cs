using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// The parameters of one request (GraphQL over HTTP, "Request Parameters" and appendix "Persisted Documents"). Null stands for one that is absent.
/// There is a query, a document id or <c>extensions.persistedQuery</c>. Names that are not known are ignored, as the specification says.
/// </summary>
internal sealed class RequestParameters
{
    /// <summary>Any depth that the bytes allow: how deep variables may be, <c>OperationLimits.MaxVariablesDepth</c> says, with its own message. Reading never recurses.</summary>
    internal static readonly JsonReaderOptions JsonOptions = new() { MaxDepth = int.MaxValue };

    /// <inheritdoc cref="JsonOptions"/>
    internal static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = int.MaxValue };

    /// <summary>UTF-8, valid as long as the body it was read from.</summary>
    public ReadOnlyMemory<byte>? Query { get; private set; }

    /// <summary>Of a persisted document: <c>documentId</c>, or <c>id</c> (Hot Chocolate) or <c>doc_id</c> (Relay) where there is no query.</summary>
    public string? DocumentId { get; private set; }

    public string? OperationName { get; private set; }

    /// <summary>A JSON object.</summary>
    public JsonElement? Variables { get; private set; }

    /// <summary>A JSON object.</summary>
    public JsonElement? Extensions { get; private set; }

    /// <inheritdoc cref="Read"/>
    public static RequestParameters FromJson(JsonElement body, PersistedRoute? route = null)
    {
        var utf8 = JsonMarshal.GetRawUtf8Value(body).ToArray();
        var json = new Utf8JsonReader(utf8, JsonOptions);
        json.Read();
        return Read(ref json, utf8, route);
    }

    /// <param name="json">Stands at the beginning of the request, and in the end at its last token.</param>
    /// <param name="utf8">What is being read; must not change as long as the result is used.</param>
    /// <param name="route">Names the document.</param>
    /// <exception cref="HttpRequestFormatException">A parameter is missing, given twice or not what it must be.</exception>
    /// <exception cref="InvalidOperationException">A string holds escaped lone surrogates, which are no text.</exception>
    public static RequestParameters Read(ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8, PersistedRoute? route = null)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw BadRequest($"A request must be a JSON object with a 'query', not {ShowValue(ref json, utf8)}.");
        }

        var parameters = new RequestParameters();
        string? id = null;
        string? docId = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (json.ValueTextEquals("query"u8))
            {
                RefuseSecond("query", parameters.Query is not null);
                parameters.Query = IsString("query", ref json, utf8) ? Unescape(ref json, utf8) : default(ReadOnlyMemory<byte>?);
            }
            else if (json.ValueTextEquals("operationName"u8))
            {
                RefuseSecond("operationName", parameters.OperationName is not null);
                parameters.OperationName = IsString("operationName", ref json, utf8) ? json.GetString() : null;
            }
            else if (json.ValueTextEquals("variables"u8))
            {
                RefuseSecond("variables", parameters.Variables is not null);
                parameters.Variables = IsObject("variables", ref json, utf8) ? JsonElement.ParseValue(ref json) : null;
            }
            else if (json.ValueTextEquals("extensions"u8))
            {
                RefuseSecond("extensions", parameters.Extensions is not null);
                parameters.Extensions = IsObject("extensions", ref json, utf8) ? JsonElement.ParseValue(ref json) : null;
            }
            else if (json.ValueTextEquals("documentId"u8))
            {
                RefuseSecond("documentId", parameters.DocumentId is not null);
                parameters.DocumentId = IsString("documentId", ref json, utf8) ? json.GetString() : null;
            }
            else if (json.ValueTextEquals("id"u8))
            {
                id = StringOrSkip(ref json);
            }
            else if (json.ValueTextEquals("doc_id"u8))
            {
                docId = StringOrSkip(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return parameters.Complete(id, docId, route);
    }

    /// <exception cref="HttpRequestFormatException">A parameter is missing, given twice or not what it must be.</exception>
    public static RequestParameters FromQueryString(IQueryCollection query, PersistedRoute? route = null)
    {
        var parameters = new RequestParameters
        {
            Query = Single(query, "query") is { } text ? Encoding.UTF8.GetBytes(text) : default(ReadOnlyMemory<byte>?),
            DocumentId = Single(query, "documentId"),
            OperationName = Single(query, "operationName"),
            Variables = ParseObject("variables", Single(query, "variables")),
            Extensions = ParseObject("extensions", Single(query, "extensions")),
        };
        return parameters.Complete(Single(query, "id"), Single(query, "doc_id"), route);
    }

    private static HttpRequestFormatException BadRequest(string message) => new(ErrorCodes.BadRequest, message);

    /// <summary>Readers of JSON differ on which of two equal names counts; a request that means different things to them is refused.</summary>
    private static void RefuseSecond(string name, bool known)
    {
        if (known)
        {
            throw BadRequest($"Parameter '{name}' is given twice.");
        }
    }

    /// <summary>Moves to the value: true for a string, false for null.</summary>
    private static bool IsString(string name, ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8) =>
        Is(JsonTokenType.String, "a string", name, ref json, utf8);

    /// <summary>Moves to the value: true for an object, false for null.</summary>
    private static bool IsObject(string name, ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8) =>
        Is(JsonTokenType.StartObject, "a JSON object", name, ref json, utf8);

    private static bool Is(JsonTokenType expected, string article, string name, ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8)
    {
        json.Read();
        return json.TokenType == expected
            || (json.TokenType == JsonTokenType.Null ? false : throw BadRequest($"Parameter '{name}' must be {article}, not {ShowValue(ref json, utf8)}."));
    }

    private static string? StringOrSkip(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            return json.GetString();
        }

        json.Skip();
        return null;
    }

    /// <summary>The string's UTF-8; without escapes it is what stands between the quotes already.</summary>
    private static ReadOnlyMemory<byte> Unescape(ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8)
    {
        if (!json.ValueIsEscaped)
        {
            return utf8.Slice((int)json.TokenStartIndex + 1, json.ValueSpan.Length);
        }

        var text = new byte[json.ValueSpan.Length];
        return text.AsMemory(0, json.CopyString(text));
    }

    /// <summary>The beginning of the value that the reader stands at.</summary>
    private static string ShowValue(ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return Shorten(Encoding.UTF8.GetString(utf8.Span[start..(int)json.BytesConsumed]));
    }

    /// <summary>The empty string is equivalent to none (GraphQL over HTTP, "GET").</summary>
    private static string? Single(IQueryCollection query, string name)
    {
        var values = query[name];
        if (values.Count > 1)
        {
            throw BadRequest($"Parameter '{name}' is given {values.Count} times.");
        }

        return StringValues.IsNullOrEmpty(values) ? null : values[0];
    }

    private static JsonElement? ParseObject(string name, string? json)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            var value = JsonElement.Parse(json, DocumentOptions);
            return value.ValueKind switch
            {
                JsonValueKind.Object => value,
                JsonValueKind.Null => null,
                _ => throw BadRequest($"Parameter '{name}' must be a JSON object, not {Shorten(json)}."),
            };
        }
        catch (JsonException exception)
        {
            throw BadRequest($"Parameter '{name}' is not JSON: {exception.Message}");
        }
    }

    private static string Shorten(string json) => json.Length <= 100 ? json : string.Concat(json.AsSpan(0, 100), "...");

    private RequestParameters Complete(string? id, string? docId, PersistedRoute? route)
    {
        if (route is not null)
        {
            RefuseSecond("documentId", DocumentId is not null);
            RefuseSecond("operationName", OperationName is not null && route.OperationName is not null);
            DocumentId = route.DocumentId;
            OperationName ??= route.OperationName;
        }
        else if (Query is null)
        {
            DocumentId ??= id ?? docId;
        }

        return Query is not null || DocumentId is not null || HasPersistedQuery()
            ? this
            : throw BadRequest("Parameter 'query' is missing: the request needs a document, or the 'documentId' of a persisted one.");
    }

    private bool HasPersistedQuery() =>
        Extensions is { } extensions && extensions.TryGetProperty("persistedQuery"u8, out var persisted) && persisted.ValueKind != JsonValueKind.Null;
}
