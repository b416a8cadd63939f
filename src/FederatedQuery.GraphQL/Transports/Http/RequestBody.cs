using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The body of a POST: one request, or a batch of them. Requests are valid until this is disposed of: they point into the bytes received.</summary>
internal sealed class RequestBody : IDisposable
{
    private static readonly string AcceptedCodings = string.Join(", ", RequestDecompression.Codings);

    private PipeReader? _reader;
    private SequencePosition _end;

    private RequestBody(IReadOnlyList<RequestParameters> requests, bool isBatch)
    {
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
    public static ValueTask<RequestBody> ReadAsync(HttpRequest request, GraphQLHttpOptions options, PersistedRoute? route)
    {
        if (request.ContentLength > options.MaxRequestBytes)
        {
            throw new HttpRequestFormatException(
                ErrorCodes.BodyTooLarge, $"The request body is {request.ContentLength} bytes long; at most {options.MaxRequestBytes} are allowed.");
        }

        var coding = request.Headers.ContentEncoding.ToString().Trim();
        return coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? ReadPlainAsync(request, options, route)
            : ReadCompressedAsync(request, coding, options, route);
    }

    /// <param name="utf8">JSON; must not change until the result is disposed of.</param>
    /// <param name="maxBatchSize">0 refuses lists.</param>
    /// <param name="route">See <see cref="ReadAsync"/>.</param>
    /// <exception cref="HttpRequestFormatException">The bytes are not JSON, or the JSON is no request.</exception>
    internal static RequestBody Parse(ReadOnlyMemory<byte> utf8, int maxBatchSize, PersistedRoute? route = null)
    {
        // RFC 8259 section 8.1: a byte order mark may be ignored; Windows tools send one.
        utf8 = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        if (utf8.IsEmpty)
        {
            throw new HttpRequestFormatException(ErrorCodes.InvalidBody, "The request body is empty; a JSON object with a 'query' is expected.");
        }

        try
        {
            var json = new Utf8JsonReader(utf8.Span, RequestParameters.JsonOptions);
            json.Read();
            var body = json.TokenType == JsonTokenType.StartArray
                ? new RequestBody(ParseBatch(ref json, utf8, maxBatchSize, route), isBatch: true)
                : new RequestBody([RequestParameters.Read(ref json, utf8, route)], isBatch: false);
            json.Read();
            return body;
        }
        catch (JsonException exception)
        {
            throw new HttpRequestFormatException(ErrorCodes.InvalidBody, $"The request body is invalid JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            // A JSON string may hold escaped lone surrogates, which are no text.
            throw new HttpRequestFormatException(ErrorCodes.BadRequest, "The request has a string that is not valid Unicode.");
        }
    }

    public void Dispose()
    {
        _reader?.AdvanceTo(_end);
        _reader = null;
    }

    private static RequestParameters[] ParseBatch(ref Utf8JsonReader json, ReadOnlyMemory<byte> utf8, int maxBatchSize, PersistedRoute? route)
    {
        if (maxBatchSize <= 0)
        {
            throw new HttpRequestFormatException(
                ErrorCodes.BatchingNotEnabled, "The request body is a list, but batching is not enabled. Send one request as a JSON object.");
        }

        var count = CountItems(json);
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
                json.Read();
                requests[i] = RequestParameters.Read(ref json, utf8, route);
            }
            catch (HttpRequestFormatException exception)
            {
                throw new HttpRequestFormatException(exception.Code, $"Request [{i}] of the batch: {exception.Message}");
            }
        }

        json.Read();
        return requests;
    }

    /// <param name="json">A copy, which stands at the list's beginning.</param>
    private static int CountItems(Utf8JsonReader json)
    {
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            count++;
            json.Skip();
        }

        return count;
    }

    /// <summary>Parses the bytes where Kestrel received them; they are given back when the request has been answered.</summary>
    private static async ValueTask<RequestBody> ReadPlainAsync(HttpRequest request, GraphQLHttpOptions options, PersistedRoute? route)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            var buffer = read.Buffer;
            if (!read.IsCompleted && buffer.Length <= options.MaxRequestBytes)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            RequestBody? body = null;
            try
            {
                if (buffer.Length > options.MaxRequestBytes)
                {
                    throw new HttpRequestFormatException(ErrorCodes.BodyTooLarge, $"The request body is longer than the {options.MaxRequestBytes} bytes allowed.");
                }

                body = Parse(buffer.IsSingleSegment ? buffer.First : buffer.ToArray(), options.MaxBatchSize, route);
                (body._reader, body._end) = (reader, buffer.End);
                return body;
            }
            finally
            {
                if (body is null)
                {
                    reader.AdvanceTo(buffer.End);
                }
            }
        }
    }

    private static async ValueTask<RequestBody> ReadCompressedAsync(
        HttpRequest request, string coding, GraphQLHttpOptions options, PersistedRoute? route)
    {
        var maxBytes = options.MaxRequestBytes;
        using var unpacked = new MemoryStream();
        try
        {
            await using var body = new LimitedReadStream(request.Body, maxBytes, "request body");
            if (!RequestDecompression.TryOpen(coding, body, out var decompressing))
            {
                request.HttpContext.Response.Headers[HeaderNames.AcceptEncoding] = AcceptedCodings;
                throw new HttpRequestFormatException(ErrorCodes.UnsupportedMediaType, $"Content-Encoding must be one of {AcceptedCodings}, not '{coding}'.");
            }

            // The second limit is what stops a small body that unpacks to gigabytes.
            await using var limited = new LimitedReadStream(decompressing, maxBytes, "decompressed request body");
            await limited.CopyToAsync(unpacked, request.HttpContext.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // BrotliStream says InvalidOperationException where the others say InvalidDataException.
            throw new HttpRequestFormatException(ErrorCodes.InvalidBody, $"The request body is not in its Content-Encoding '{coding}'.");
        }

        return Parse(unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length), options.MaxBatchSize, route);
    }
}
