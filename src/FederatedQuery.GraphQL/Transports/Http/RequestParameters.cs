using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The parameters of a request (GraphQL over HTTP, "Request Parameters"). Null stands for an optional one that is absent.</summary>
internal sealed class RequestParameters : IDisposable
{
    private readonly JsonDocument? _json;

    private RequestParameters(JsonDocument? json, ReadOnlyMemory<byte> query, string? operationName, JsonElement? variables)
    {
        _json = json;
        Query = query;
        OperationName = operationName;
        Variables = variables;
    }

    /// <summary>UTF-8.</summary>
    public ReadOnlyMemory<byte> Query { get; }

    public string? OperationName { get; }

    /// <summary>Valid until this is disposed of.</summary>
    public JsonElement? Variables { get; }

    /// <exception cref="HttpRequestFormatException">The body is too long, is not JSON, or lacks what it must have.</exception>
    public static async ValueTask<RequestParameters> ReadBodyAsync(HttpRequest request, long maxBytes)
    {
        if (request.ContentLength > maxBytes)
        {
            throw new HttpRequestFormatException($"The request body is {request.ContentLength} bytes long; at most {maxBytes} are allowed.", StatusCodes.Status413PayloadTooLarge);
        }

        JsonDocument json;
        try
        {
            await using var body = new LimitedReadStream(request.Body, maxBytes);
            json = await JsonDocument.ParseAsync(body, cancellationToken: request.HttpContext.RequestAborted);
        }
        catch (JsonException exception)
        {
            throw new HttpRequestFormatException($"POST body sent invalid JSON: {exception.Message}");
        }

        try
        {
            return FromJson(json);
        }
        catch (Exception exception)
        {
            json.Dispose();

            // A JSON string may hold escaped lone surrogates, which are no text.
            throw exception is InvalidOperationException ? new HttpRequestFormatException("POST body has a string that is not valid Unicode.") : exception;
        }
    }

    /// <exception cref="HttpRequestFormatException">A parameter is missing or not what it must be.</exception>
    public static RequestParameters ReadQueryString(IQueryCollection parameters)
    {
        var query = parameters["query"].ToString();
        if (query.Length == 0)
        {
            throw new HttpRequestFormatException("GET query missing: the URL needs a 'query' parameter.");
        }

        var variables = parameters["variables"].ToString();
        JsonDocument? json = null;
        if (variables.Length > 0)
        {
            try
            {
                json = JsonDocument.Parse(variables);
            }
            catch (JsonException exception)
            {
                throw new HttpRequestFormatException($"Parameter 'variables' is not JSON: {exception.Message}");
            }

            if (json.RootElement.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                json.Dispose();
                throw new HttpRequestFormatException($"Parameter 'variables' must be a JSON object, not {variables}.");
            }
        }

        var operationName = parameters["operationName"].ToString();
        return new RequestParameters(json, Encoding.UTF8.GetBytes(query), operationName.Length == 0 ? null : operationName, json?.RootElement);
    }

    public void Dispose() => _json?.Dispose();

    /// <exception cref="HttpRequestFormatException">The JSON is not a request.</exception>
    internal static RequestParameters FromJson(JsonDocument json)
    {
        var body = json.RootElement;
        if (body.ValueKind == JsonValueKind.Array)
        {
            throw new HttpRequestFormatException("POST body is a list: batching is not enabled. Send one request as a JSON object.");
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new HttpRequestFormatException($"POST body must be a JSON object with a 'query', not a {body.ValueKind}.");
        }

        if (!body.TryGetProperty("query", out var query) || query.ValueKind != JsonValueKind.String)
        {
            throw new HttpRequestFormatException("Parameter 'query' is missing or is not a string.");
        }

        var operationName = Optional(body, "operationName", JsonValueKind.String)?.GetString();
        var variables = Optional(body, "variables", JsonValueKind.Object);
        Optional(body, "extensions", JsonValueKind.Object);
        return new RequestParameters(json, Unescape(query), operationName, variables);
    }

    private static JsonElement? Optional(JsonElement body, string name, JsonValueKind kind)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == kind
            ? value
            : throw new HttpRequestFormatException($"Parameter '{name}' must be {(kind == JsonValueKind.String ? "a string" : "a JSON object")}, not {Shorten(value.GetRawText())}.");
    }

    /// <summary>The string's UTF-8; without escapes it is what stands between the quotes already.</summary>
    private static byte[] Unescape(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(text.GetString()!) : raw[1..^1].ToArray();
    }

    private static string Shorten(string json) => json.Length <= 100 ? json : string.Concat(json.AsSpan(0, 100), "...");
}
