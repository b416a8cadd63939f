using System.Diagnostics.CodeAnalysis;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>
/// The tenant that a request names: by a header <c>X-Tenant</c>, a parameter <c>tenant</c> in the address (which is taken out of it), or the host that was asked (TENANT_HOSTS). A page that was
/// opened with the parameter, or asks with a key, has the tenant remembered in a cookie, for what the browser asks for next and cannot name: a WebSocket, a page's files. No more than that: who asks is told
/// by keys and tokens alone.
/// </summary>
/// <param name="proxies">Says what host was asked where they are in between.</param>
internal sealed class NamedTenant(NetworkSettings proxies)
{
    public const string Header = "X-Tenant";
    public const string Parameter = "tenant";
    private const string Cookie = "fq_tenant";

    public static Problem Missing { get; } = new(
        StatusCodes.Status401Unauthorized,
        ErrorCodes.Unauthenticated,
        $"The request says nothing of a tenant: send its key or token as 'Authorization: Bearer ...', or name it by the header {Header}, or by '?{Parameter}=NAME' where a browser opens a WebSocket.");

    /// <param name="hosts">Tenants by the names of hosts, in lower case.</param>
    /// <param name="name">Null: it names none.</param>
    /// <param name="isInAddress">It is named there, as a person does who opens a page.</param>
    /// <param name="problem">What is wrong with how it does.</param>
    public bool TryRead(HttpContext context, IReadOnlyDictionary<string, string> hosts, out string? name, out bool isInAddress, [NotNullWhen(false)] out Problem? problem)
    {
        var request = context.Request;
        var (header, parameter) = (request.Headers[Header], request.QueryString.HasValue ? request.Query[Parameter] : default);
        (name, isInAddress, problem) = (null, false, null);
        if (header.Count > 1 || parameter.Count > 1)
        {
            problem = Wrong(header.Count > 1 ? Header : Parameter, $"The tenant is named {header.Count + parameter.Count} times; it must be named once.");
            return false;
        }

        if (parameter.Count == 1)
        {
            TakeOut(context.Features.GetRequiredFeature<IHttpRequestFeature>());
        }

        var host = hosts.Count > 0 ? hosts.GetValueOrDefault(HostOf(context)) : null;
        foreach (var given in (ReadOnlySpan<string?>)[header.Count == 1 ? header[0] ?? "" : null, parameter.Count == 1 ? parameter[0] ?? "" : null, host])
        {
            if (given is null)
            {
                continue;
            }

            if (name is not null && name != given)
            {
                problem = Wrong(header.Count > 0 ? Header : Parameter, $"The request names both tenant '{name}' and '{given}' ({Header}, '{Parameter}' in the address, the host); it must name one.");
                return false;
            }

            name = given;
        }

        isInAddress = parameter.Count == 1;
        return true;
    }

    /// <summary>Has a page's tenant known by the cookie from now on: of one that is opened, and of one that asks with a key.</summary>
    public static void Remember(HttpContext context, string name)
    {
        var request = context.Request;
        var isPage = HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        // Browsers say where a page is from that asks by POST; nobody else has use for a cookie.
        if ((isPage || request.Headers.Origin.Count > 0) && Remembered(request) != name)
        {
            context.Response.Cookies.Append(Cookie, name, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true, Path = "/" });
        }
    }

    /// <summary>What the cookie says; null: there is none.</summary>
    public static string? Remembered(HttpRequest request) => request.Cookies[Cookie];

    /// <summary>The host, in lower case, without its port; as proxies that are trusted say it.</summary>
    private string HostOf(HttpContext context)
    {
        var host = context.Request.Host;
        if (context.Request.Headers["X-Forwarded-Host"] is [.., { Length: > 0 } forwarded]
            && context.Connection.RemoteIpAddress is { } peer && proxies.Proxies.Any(proxy => proxy.Contains(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer)))
        {
            host = new HostString(forwarded.Split(',')[^1].Trim());
        }

        return host.Host.ToLowerInvariant();
    }

    /// <summary>The tenant's endpoints know no such parameter, and refuse what they do not know.</summary>
    private static void TakeOut(IHttpRequestFeature request)
    {
        var others = request.QueryString.TrimStart('?').Split('&').Where(pair => Uri.UnescapeDataString(pair.Split('=')[0]) != Parameter);
        var rest = string.Join('&', others);
        request.QueryString = rest.Length == 0 ? "" : "?" + rest;
    }

    private static Problem Wrong(string field, string detail) => new(StatusCodes.Status400BadRequest, "BAD_ARGUMENT", detail) { Field = field };
}
