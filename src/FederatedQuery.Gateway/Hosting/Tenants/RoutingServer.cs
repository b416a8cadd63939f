using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>Kestrel, whose requests go to the host of the tenant that they are for; those that are for the process itself go to the host that it is the server of.</summary>
/// <param name="kestrel">Listens. Ends with this.</param>
internal sealed class RoutingServer(IServer kestrel, TenantRouter router) : IServer
{
    public IFeatureCollection Features => kestrel.Features;

    /// <summary>Has the host's server replaced.</summary>
    public static void Replace(IServiceCollection services)
    {
        var kestrel = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(kestrel);
        services.AddSingleton<IServer>(provider => new RoutingServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, kestrel.ImplementationType ?? throw new InvalidOperationException("Kestrel is not registered by its type.")),
            provider.GetRequiredService<TenantRouter>()));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => kestrel.StartAsync(new RoutedApplication<TContext>(application, router), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => kestrel.StopAsync(cancellationToken);

    public void Dispose() => kestrel.Dispose();
}

/// <summary>A request on its way.</summary>
/// <param name="features">Of the connection and the request.</param>
internal sealed class RoutedRequest(IFeatureCollection features)
{
    public IFeatureCollection Features => features;

    /// <summary>Null until it is known who answers.</summary>
    public Exchange? Exchange { get; set; }
}

/// <summary>Hands requests on. The one that gets them sees the features of the server as if it were the only one: nothing is read or written on the way.</summary>
/// <param name="own">The application of the process itself.</param>
internal sealed class RoutedApplication<TOwn>(IHttpApplication<TOwn> own, TenantRouter router) : IHttpApplication<RoutedRequest>
    where TOwn : notnull
{
    private readonly Application<TOwn> _own = new(own, server: null);

    public RoutedRequest CreateContext(IFeatureCollection contextFeatures) => new(contextFeatures);

    public async Task ProcessRequestAsync(RoutedRequest context)
    {
        try
        {
            var application = await router.RouteAsync(context.Features) ?? _own;
            context.Exchange = application.TryBegin(context.Features) ?? BeginLate(context.Features);
        }
        catch (OperationCanceledException) when (context.Features.Get<IHttpRequestLifetimeFeature>() is { RequestAborted.IsCancellationRequested: true })
        {
            return;
        }

        await context.Exchange.ProcessAsync();
    }

    public void DisposeContext(RoutedRequest context, Exception? exception) => context.Exchange?.End(exception);

    /// <summary>The tenant's host was stopped in between.</summary>
    private Exchange BeginLate(IFeatureCollection features)
    {
        TenantRouter.RefuseLate(features);
        return _own.TryBegin(features)!; // only a tenant's stops taking requests
    }
}
