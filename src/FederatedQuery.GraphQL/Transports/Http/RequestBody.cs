using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The body of a POST: one request, or a batch of them. Requests are valid until this is disposed of.</summary>
internal sealed class RequestBody : IDisposable
{
    private static readonly string AcceptedCodings = string.Join(", ", RequestDecompression.Codings);

    private readonly JsonDocument _json;

    private RequestBody(JsonDocument json, RequestParameters[] requests, bool isBatch)
    {
        _json = json;
        Requests = requests;
        IsBatch = isBatch;
    }

    /// <summary>At least one; exactly one unless <see cref="IsBatch"/>.</summary>
    public IReadOnlyList<RequestParameters> Requests { get; }

    /// <summary>Whether the answer is a list.</summary>
    public bool IsBatch { get; }

    /// <summary>Reads and decompresses, then <see cref="Parse"/>.</summary>
    /// <param name="request">Its Content-Type has been looked at already.</param>
    /// <param name="options">Give the limits.</param>
    /// <param name="route">Names the document of every request in the body.</param>
    /// <exception cref="HttpRequestFormatException">The body is too long, is not JSON, or not what a request must be.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, GraphQLHttpOptions options, PersistedRoute? route)
    {
        var maxBytes = options.MaxRequestBytes;
        if (request.ContentLength > maxBytes)
        {
            throw new HttpRequestFormatException(
                ErrorCodes.BodyTooLarge, $"The request body is {request.ContentLength} bytes long; at most {maxBytes} are allowed.");
        }

        return Parse(await ReadJsonAsync(request, maxBytes), options.MaxBatchSize, route);
    }

    /// <param name="json">Belongs to the result, or is disposed of when this throws.</param>
    /// <param name="maxBatchSize">0 refuses lists.</param>
    /// <param name="route">See <see cref="ReadAsync"/>.</param>
    /// <exception cref="HttpRequestFormatException">The JSON is no request.</exception>
    internal static RequestBody Parse(JsonDocument json, int maxBatchSize, PersistedRoute? route = null)
    {
        try
        {
            return json.RootElement.ValueKind == JsonValueKind.Array
                ? new RequestBody(json, ParseBatch(json.RootElement, maxBatchSize, route), isBatch: true)
                : new RequestBody(json, [RequestParameters.FromJson(json.RootElement, route)], isBatch: false);
        }
        catch (Exception exception)
        {
            json.Dispose();

            // A JSON string may hold escaped lone surrogates, which are no text.
            throw exception is InvalidOperationException
                ? new HttpRequestFormatException(ErrorCodes.BadRequest, "The request has a string that is not valid Unicode.")
                : exception;
        }
    }

    public void Dispose() => _json.Dispose();

    private static RequestParameters[] ParseBatch(JsonElement list, int maxBatchSize, PersistedRoute? route)
    {
        var count = list.GetArrayLength();
        if (maxBatchSize <= 0)
        {
            throw new HttpRequestFormatException(
                ErrorCodes.BatchingNotEnabled, "The request body is a list, but batching is not enabled. Send one request as a JSON object.");
        }

        if (count == 0)
        {
            throw new HttpRequestFormatException(ErrorCodes.BadRequest, "The batch is empty: it needs at least one request.");
        }

        if (count > maxBatchSize)
        {
            throw new HttpRequestFormatException(ErrorCodes.BatchTooLarge, $"The batch has {count} requests; at most {maxBatchSize} are allowed.");
        }

        var requests = new RequestParameters[count];
        for (var i = 0; i < count; i++)
        {
            try
            {
                requests[i] = RequestParameters.FromJson(list[i], route);
            }
            catch (HttpRequestFormatException exception)
            {
                throw new HttpRequestFormatException(exception.Code, $"Request [{i}] of the batch: {exception.Message}");
            }
        }

        return requests;
    }

    private static async ValueTask<JsonDocument> ReadJsonAsync(HttpRequest request, long maxBytes)
    {
        var coding = request.Headers.ContentEncoding.ToString().Trim();
        try
        {
            await using var body = new LimitedReadStream(request.Body, maxBytes, "request body");
            if (coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            {
                return await JsonDocument.ParseAsync(body, cancellationToken: request.HttpContext.RequestAborted);
            }

            if (!RequestDecompression.TryOpen(coding, body, out var decompressing))
            {
                request.HttpContext.Response.Headers[HeaderNames.AcceptEncoding] = AcceptedCodings;
                throw new HttpRequestFormatException(ErrorCodes.UnsupportedMediaType, $"Content-Encoding must be one of {AcceptedCodings}, not '{coding}'.");
            }

            // The second limit is what stops a small body that unpacks to gigabytes.
            await using var unpacked = new LimitedReadStream(decompressing, maxBytes, "decompressed request body");
            return await JsonDocument.ParseAsync(unpacked, cancellationToken: request.HttpContext.RequestAborted);
        }
        catch (JsonException exception)
        {
            throw new HttpRequestFormatException(ErrorCodes.InvalidBody, $"The request body is invalid JSON: {exception.Message}");
        }
        catch (Exception exception) when (coding.Length > 0 && exception is InvalidDataException or InvalidOperationException)
        {
            // BrotliStream says InvalidOperationException where the others say InvalidDataException.
            throw new HttpRequestFormatException(ErrorCodes.InvalidBody, $"The request body is not in its Content-Encoding '{coding}'.");
        }
    }
}
