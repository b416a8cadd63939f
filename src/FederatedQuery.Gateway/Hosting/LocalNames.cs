using System.Net;
using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// While nobody is asked who he is (AUTH_MODE=none) loopback is what keeps others out. A page anywhere may have its own name lead to 127.0.0.1 once it is loaded (DNS rebinding), and is then
/// at the gateway's own origin to the browser. Its requests are told by the name they are for: only names that cannot be led elsewhere are answered.
/// </summary>
internal static class LocalNames
{
    /// <summary>Before headers of proxies are looked at: the name is the one that the connection was made for.</summary>
    public static void UseLocalNames(this IApplicationBuilder app) => app.Use((context, next) => IsLocal(context.Request.Host.Host)
        ? next(context)
        : Problems.WriteAsync(context, new Problem(
            StatusCodes.Status403Forbidden,
            "HOST_NOT_ALLOWED",
            $"The request is for '{context.Request.Host.Host}'. While AUTH_MODE is none only localhost and addresses are answered, for any page could lead a name of its own here; "
            + "let requests say who asks, or set AUTH_ALLOW_ANONYMOUS=true.")
        { Field = "Host" }));

    /// <param name="host">Without the port; empty: HTTP/1.0, which no browser speaks.</param>
    private static bool IsLocal(string host) => host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.AsSpan().TrimStart('[').TrimEnd(']'), out _);
}
