using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>The server of a tenant's host: it listens nowhere, and keeps the host's application for those who have requests (<see cref="RoutedApplication{TOwn}"/>).</summary>
internal sealed class TenantServer : IServer
{
    private volatile Application? _application;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>What answers requests; null before the host has started.</summary>
    public Application? Current => _application;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _application = new Application<TContext>(application);
        return Task.CompletedTask;
    }

    /// <summary>Requests were waited for where they came in.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }
}

/// <summary>An application of ASP.NET Core, whatever its contexts are.</summary>
internal abstract class Application
{
    /// <param name="features">Of the connection and the request.</param>
    public abstract Exchange Begin(IFeatureCollection features);
}

/// <summary>A request that an application answers.</summary>
internal abstract class Exchange
{
    public abstract Task ProcessAsync();

    /// <summary>Once the response has been sent.</summary>
    /// <param name="exception">What the application failed with.</param>
    public abstract void End(Exception? exception);
}

/// <inheritdoc/>
internal sealed class Application<TContext>(IHttpApplication<TContext> application) : Application
    where TContext : notnull
{
    public override Exchange Begin(IFeatureCollection features) => new Answer(application, application.CreateContext(features));

    private sealed class Answer(IHttpApplication<TContext> application, TContext context) : Exchange
    {
        public override Task ProcessAsync() => application.ProcessRequestAsync(context);

        public override void End(Exception? exception) => application.DisposeContext(context, exception);
    }
}
