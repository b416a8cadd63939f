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
    /// <summary>UTF-8.</summary>
    public ReadOnlyMemory<byte>? Query { get; private set; }

    /// <summary>Of a persisted document: <c>documentId</c>, or <c>id</c> (Hot Chocolate) or <c>doc_id</c> (Relay) where there is no query.</summary>
    public string? DocumentId { get; private set; }

    public string? OperationName { get; private set; }

    /// <summary>A JSON object, valid as long as the body it was read from.</summary>
    public JsonElement? Variables { get; private set; }

    /// <summary>A JSON object, valid as long as the body it was read from.</summary>
    public JsonElement? Extensions { get; private set; }

    /// <exception cref="HttpRequestFormatException">A parameter is missing, given twice or not what it must be.</exception>
    /// <exception cref="InvalidOperationException">A string holds escaped lone surrogates, which are no text.</exception>
    public static RequestParameters FromJson(JsonElement body, PersistedRoute? route = null)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw BadRequest($"A request must be a JSON object with a 'query', not {Shorten(body.GetRawText())}.");
        }

        var parameters = new RequestParameters();
        string? id = null;
        string? docId = null;
        foreach (var property in body.EnumerateObject())
        {
            if (property.NameEquals("query"u8))
            {
                RefuseSecond("query", parameters.Query is not null);
                parameters.Query = String("query", property.Value) is { } text ? Unescape(text) : default(ReadOnlyMemory<byte>?);
            }
            else if (property.NameEquals("operationName"u8))
            {
                RefuseSecond("operationName", parameters.OperationName is not null);
                parameters.OperationName = String("operationName", property.Value)?.GetString();
            }
            else if (property.NameEquals("variables"u8))
            {
                RefuseSecond("variables", parameters.Variables is not null);
                parameters.Variables = Object("variables", property.Value);
            }
            else if (property.NameEquals("extensions"u8))
            {
                RefuseSecond("extensions", parameters.Extensions is not null);
                parameters.Extensions = Object("extensions", property.Value);
            }
            else if (property.NameEquals("documentId"u8))
            {
                RefuseSecond("documentId", parameters.DocumentId is not null);
                parameters.DocumentId = String("documentId", property.Value)?.GetString();
            }
            else if (property.NameEquals("id"u8))
            {
                id = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
            }
            else if (property.NameEquals("doc_id"u8))
            {
                docId = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
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

    private static JsonElement? String(string name, JsonElement value) => OfKind(name, value, JsonValueKind.String, "a string");

    private static JsonElement? Object(string name, JsonElement value) => OfKind(name, value, JsonValueKind.Object, "a JSON object");

    private static JsonElement? OfKind(string name, JsonElement value, JsonValueKind kind, string article)
    {
        if (value.ValueKind == kind)
        {
            return value;
        }

        return value.ValueKind == JsonValueKind.Null ? null : throw BadRequest($"Parameter '{name}' must be {article}, not {Shorten(value.GetRawText())}.");
    }

    /// <summary>The string's UTF-8; without escapes it is what stands between the quotes already.</summary>
    private static byte[] Unescape(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(text.GetString()!) : raw[1..^1].ToArray();
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
            return Object(name, JsonElement.Parse(json));
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
