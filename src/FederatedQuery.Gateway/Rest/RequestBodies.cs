using System.IO.Compression;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.Iceberg.Compression.Zstandard;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.Rest;

/// <summary>
/// Reads bodies of requests whole, within bounds: of one body as it is sent and decompressed, and of all that are held at the same time. How
/// slowly one may come is Kestrel's to bound.
/// </summary>
/// <param name="maxBytes">Of one, as it is sent and decompressed.</param>
/// <param name="maxBytesOfAll">Of all together; at least twice <paramref name="maxBytes"/>.</param>
internal sealed class RequestBodies(int maxBytes, long maxBytesOfAll)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private long _held;

    public int MaxBytes => maxBytes;

    /// <summary>Bytes held at present.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>The media type without its parameters, in lower case.</summary>
    /// <exception cref="ProblemException">415: there is none, or it is none of <paramref name="allowed"/>.</exception>
    public static string MediaTypeOf(HttpRequest request, params ReadOnlySpan<string> allowed)
    {
        var given = request.ContentType;
        var type = MediaTypeHeaderValue.TryParse(given, out var parsed) ? parsed.MediaType.Value?.ToLowerInvariant() : null;
        if (type is not null && allowed.Contains(type))
        {
            return type;
        }

        // Text and forms could be sent by any page of any site without asking (docs/decisions/0007).
        throw new ProblemException(new Problem(
            StatusCodes.Status415UnsupportedMediaType,
            ErrorCodes.UnsupportedMediaType,
            $"Content-Type is {(string.IsNullOrEmpty(given) ? "missing" : $"'{given}'")}; {string.Join(" or ", allowed.ToArray())} is expected.")
        {
            Field = "Content-Type",
        });
    }

    /// <exception cref="ProblemException">400, 413, 415 or 429.</exception>
    public async Task<RequestBody> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        var coding = CodingOf(context.Request);
        var body = new RequestBody(this);
        try
        {
            await FillAsync(body, context, coding);
            return body;
        }
        catch (Exception error) when (ProblemOf(error, coding) is { } problem)
        {
            body.Dispose();
            throw new ProblemException(problem, error);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    internal static ProblemException TooLarge(int maxBytes) => new(new Problem(
        StatusCodes.Status413PayloadTooLarge, ErrorCodes.BodyTooLarge, $"The body, as sent or decompressed, is larger than {maxBytes} bytes (LOGS_MAX_BODY_BYTES); send it in parts."));

    /// <param name="isCertain">Whether the bytes are taken already, and must be counted even if they are too many.</param>
    /// <exception cref="ProblemException">429.</exception>
    internal void Hold(long bytes, bool isCertain = false)
    {
        if (Interlocked.Add(ref _held, bytes) <= maxBytesOfAll || isCertain)
        {
            return;
        }

        Interlocked.Add(ref _held, -bytes);
        throw new ProblemException(new Problem(
            StatusCodes.Status429TooManyRequests, ErrorCodes.TooManyRequests, $"Bodies of {maxBytesOfAll} bytes are being read or wait to be stored; send it again later.")
        {
            RetryAfter = Retry,
        });
    }

    internal void Release(long bytes) => Interlocked.Add(ref _held, -bytes);

    private async Task FillAsync(RequestBody body, HttpContext context, string? coding)
    {
        var (source, length) = (context.Request.Body, context.Request.ContentLength ?? 0);
        switch (coding)
        {
            case null:
                await body.FillAsync(source, length, maxBytes, context.RequestAborted);
                break;
            case "zstd":
                await body.FillAsync(source, length, maxBytes, context.RequestAborted);
                // What comes of it is not known before: as much as it may be is set aside.
                Hold(maxBytes);
                try
                {
                    body.Replace(ZstandardDecoder.Decompress(body.Memory.Span, maxBytes));
                }
                finally
                {
                    Release(maxBytes);
                }

                break;
            default:
                await using (Stream plain = coding switch
                {
                    "gzip" => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true),
                    "deflate" => new ZLibStream(source, CompressionMode.Decompress, leaveOpen: true),
                    _ => new BrotliStream(source, CompressionMode.Decompress, leaveOpen: true),
                })
                {
                    await body.FillAsync(plain, length * 4, maxBytes, context.RequestAborted);
                }

                break;
        }
    }

    private Problem? ProblemOf(Exception error, string? coding) => error switch
    {
        InvalidDataException broken when ZstandardDecoder.IsTooLong(broken) => TooLarge(maxBytes).Problem,
        InvalidDataException => new Problem(StatusCodes.Status400BadRequest, ErrorCodes.InvalidBody, $"The body is not {coding}, as Content-Encoding says: {error.Message}"),
        // Brotli's decoder says so of broken input.
        InvalidOperationException when coding == "br" => new Problem(StatusCodes.Status400BadRequest, ErrorCodes.InvalidBody, "The body is not br, as Content-Encoding says."),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(maxBytes).Problem,
        _ => null,
    };

    /// <returns>Null: as it is.</returns>
    private static string? CodingOf(HttpRequest request)
    {
        var given = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        return given switch
        {
            "" or "identity" => null,
            "x-gzip" => "gzip",
            "gzip" or "deflate" or "br" or "zstd" => given,
            _ => throw new ProblemException(new Problem(
                StatusCodes.Status415UnsupportedMediaType, ErrorCodes.UnsupportedMediaType, $"Content-Encoding is '{given}'; gzip, deflate, br or zstd is expected.")
            {
                Field = "Content-Encoding",
            }),
        };
    }
}
