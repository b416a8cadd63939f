using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The media types of GraphQL over HTTP, and the choice between them by Accept (RFC 9110, section 12.5.1).</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string JsonInUtf8 = Json + "; charset=utf-8";
    public const string GraphQLResponse = "application/graphql-response+json";
    public const string GraphQLResponseInUtf8 = GraphQLResponse + "; charset=utf-8";
    public const string EventStream = "text/event-stream";
    public const string Html = "text/html";

    /// <summary>
    /// The best that the client accepts; null when it accepts nothing that is served. No Accept, and wildcards, mean
    /// <c>application/json</c>: that is what clients older than the GraphQL media type expect.
    /// </summary>
    public static string? Choose(HttpRequest request, bool withHtml) => request.Headers.Accept.ToString() switch
    {
        // What most clients send, without a parser's work.
        "" or "*/*" or Json => Json,
        GraphQLResponse or GraphQLResponse + ", " + Json + ";q=0.9" or GraphQLResponse + "," + Json + ";q=0.9" => GraphQLResponse,
        EventStream => EventStream,
        _ => Choose(request.GetTypedHeaders().Accept, withHtml),
    };

    /// <summary>Of several with the same quality the first listed. A type that is refused by name (<c>q=0</c>) is not taken by a wildcard.</summary>
    private static string? Choose(IList<MediaTypeHeaderValue> accepted, bool withHtml)
    {
        if (accepted.Count == 0)
        {
            return Json;
        }

        string? best = null;
        var bestQuality = 0.0;
        foreach (var range in accepted)
        {
            var quality = range.Quality ?? 1;
            if (quality > bestQuality && IsUtf8(range) && Match(range.MediaType.Value, accepted, withHtml) is { } match)
            {
                (best, bestQuality) = (match, quality);
            }
        }

        return best;
    }

    private static string? Match(string? range, IList<MediaTypeHeaderValue> accepted, bool withHtml) => range?.ToLowerInvariant() switch
    {
        "*/*" or "application/*" => !IsRefused(Json, accepted) ? Json : !IsRefused(GraphQLResponse, accepted) ? GraphQLResponse : null,
        Json => Json,
        GraphQLResponse => GraphQLResponse,
        EventStream => EventStream,
        Html when withHtml => Html,
        _ => null,
    };

    private static bool IsRefused(string type, IList<MediaTypeHeaderValue> accepted) =>
        accepted.Any(range => range.Quality == 0 && range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase));

    private static bool IsUtf8(MediaTypeHeaderValue range) =>
        !range.Charset.HasValue || range.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || range.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase);
}
