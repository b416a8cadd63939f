using Microsoft.Net.Http.Headers;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The media types of GraphQL over HTTP, and the choice between them by Accept.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string GraphQLResponse = "application/graphql-response+json";
    public const string EventStream = "text/event-stream";
    public const string Html = "text/html";

    /// <summary>
    /// The best that the client accepts; null when it accepts nothing that is served. No Accept, and wildcards, mean
    /// <c>application/json</c>: that is what clients older than the GraphQL media type expect.
    /// </summary>
    public static string? Choose(IList<MediaTypeHeaderValue>? accepted, bool withHtml)
    {
        if (accepted is null || accepted.Count == 0)
        {
            return Json;
        }

        string? best = null;
        var bestQuality = 0.0;
        foreach (var range in accepted)
        {
            var quality = range.Quality ?? 1;
            if (quality > bestQuality && Match(range.MediaType.Value, withHtml) is { } match && IsUtf8(range))
            {
                (best, bestQuality) = (match, quality);
            }
        }

        return best;
    }

    private static string? Match(string? range, bool withHtml) => range?.ToLowerInvariant() switch
    {
        "*/*" or "application/*" or Json => Json,
        GraphQLResponse => GraphQLResponse,
        EventStream => EventStream,
        Html when withHtml => Html,
        _ => null,
    };

    private static bool IsUtf8(MediaTypeHeaderValue range) =>
        !range.Charset.HasValue || range.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || range.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase);
}
