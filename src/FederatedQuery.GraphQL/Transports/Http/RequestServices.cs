using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// The services of one HTTP request. ASP.NET makes a scope for them when they are first asked for, which most fields never do. A resolver that
/// outlives its request must not come upon the next one's services: the server uses its contexts again.
/// </summary>
internal sealed class RequestServices(HttpContext context) : IServiceProvider, IDisposable
{
    private volatile HttpContext? _context = context;
    private volatile IServiceProvider? _services;

    /// <exception cref="ObjectDisposedException">The request is over.</exception>
    public object? GetService(Type serviceType)
    {
        if (_services is not { } services)
        {
            var context = _context;
            ObjectDisposedException.ThrowIf(context is null, this);
            _services = services = context.RequestServices;
        }

        return services.GetService(serviceType);
    }

    public void Dispose() => _context = null;
}
