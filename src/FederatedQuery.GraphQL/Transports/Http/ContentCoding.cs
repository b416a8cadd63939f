using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The choice of a response's content coding by Accept-Encoding (RFC 9110, section 12.5.3).</summary>
internal static class ContentCoding
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";

    /// <summary>
    /// The best of those served that the client accepts, Brotli before gzip among equals; null sends the response as it is. Null too where the
    /// application's own compression middleware is at work.
    /// </summary>
    public static string? Choose(HttpContext context)
    {
        var header = context.Request.Headers.AcceptEncoding;
        if (header.Count == 0 || context.Features.Get<IHttpsCompressionFeature>() is not null)
        {
            return null;
        }

        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        var brotli = QualityOf(Brotli, accepted);
        var gzip = QualityOf(Gzip, accepted);
        if (brotli == 0 && gzip == 0)
        {
            return null;
        }

        return brotli >= gzip ? Brotli : Gzip;
    }

    /// <summary>What names the coding counts before what a wildcard says.</summary>
    private static double QualityOf(string coding, IList<StringWithQualityHeaderValue> accepted)
    {
        var byWildcard = 0.0;
        foreach (var range in accepted)
        {
            if (range.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
            {
                return range.Quality ?? 1;
            }

            byWildcard = range.Value == "*" ? range.Quality ?? 1 : byWildcard;
        }

        return byWildcard;
    }
}
