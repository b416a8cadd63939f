using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// The services of one HTTP request. ASP.NET makes a scope for them when they are first asked for, which most fields never do. A resolver that
/// outlives its request must not come upon the next one's services: the server uses its contexts again.
/// </summary>
internal sealed class RequestServices(HttpContext context) : IKeyedServiceProvider, IDisposable
{
    private volatile HttpContext? _context = context;
    private volatile IServiceProvider? _services;

    private IServiceProvider Services
    {
        get
        {
            if (_services is { } services)
            {
                return services;
            }

            var context = _context;
            ObjectDisposedException.ThrowIf(context is null, this);
            return _services = context.RequestServices;
        }
    }

    /// <exception cref="ObjectDisposedException">The request is over.</exception>
    public object? GetService(Type serviceType) => Services.GetService(serviceType);

    /// <exception cref="ObjectDisposedException">The request is over.</exception>
    public object? GetKeyedService(Type serviceType, object? serviceKey) => Keyed().GetKeyedService(serviceType, serviceKey);

    /// <exception cref="ObjectDisposedException">The request is over.</exception>
    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) => Keyed().GetRequiredKeyedService(serviceType, serviceKey);

    public void Dispose() => _context = null;

    private IKeyedServiceProvider Keyed() => Services as IKeyedServiceProvider
        ?? throw new InvalidOperationException($"The container '{Services.GetType()}' knows no keyed services.");
}
