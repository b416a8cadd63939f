using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// Tells requests that a page of another site made a browser send without asking first ("simple requests" of the Fetch standard, which are sent
/// with the user's cookies), from all others. A POST never is one: it must have Content-Type <c>application/json</c>, which makes browsers ask.
/// A GET is judged by what browsers say of themselves and pages cannot change (docs/decisions/0007).
/// </summary>
internal static class CrossSiteRequests
{
    /// <summary>A page can send these only after a preflight that this server, or the CORS policy in front of it, has answered.</summary>
    private static readonly string[] PreflightHeaders =
        ["GraphQL-Preflight", "GraphQL-Require-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name"];

    /// <param name="request">A GET, HEAD or WebSocket handshake.</param>
    /// <param name="trustedOrigins">Other origins whose pages may send such requests, as <c>https://app.example.org</c>.</param>
    public static bool IsForged(HttpRequest request, ICollection<string> trustedOrigins)
    {
        var headers = request.Headers;
        var site = headers["Sec-Fetch-Site"].ToString();
        var origin = headers.Origin.ToString();
        var referer = headers.Referer.ToString();
        if (site is "same-origin" or "none" || (site.Length == 0 && origin.Length == 0 && referer.Length == 0))
        {
            // The page's own request, an address typed by the user, or no browser at all.
            return false;
        }

        // Sec-Fetch-Site comes over HTTPS and to localhost only; elsewhere Origin, else Referer, says where the page is from.
        var page = Uri.TryCreate(origin.Length > 0 ? origin : referer, UriKind.Absolute, out var uri) ? uri : null;
        if (PreflightHeaders.Any(name => headers[name].ToString().Length > 0)
            || (page is not null && trustedOrigins.Contains(page.GetLeftPart(UriPartial.Authority), StringComparer.OrdinalIgnoreCase)))
        {
            return false;
        }

        return site.Length > 0 || page is null || !IsOwn(page, request.Host);
    }

    /// <summary>Compares host and port only: a proxy that ends TLS changes the scheme.</summary>
    private static bool IsOwn(Uri page, HostString host)
    {
        var isDefaultPort = host.Port is null || (page.IsDefaultPort && host.Port == page.Port);
        return host.HasValue && string.Equals(page.Authority, isDefaultPort ? host.Host : host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
