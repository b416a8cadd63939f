using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>
/// The server of a tenant's host: it listens nowhere, and keeps the host's application for those who have requests (<see cref="RoutedApplication{TOwn}"/>). Stopping it waits for the requests
/// that are being answered.
/// </summary>
internal sealed class TenantServer : IServer
{
    /// <summary>What requests that were cut off may take to end.</summary>
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<IFeatureCollection> _running = [];
    private volatile Application? _application;
    private TaskCompletionSource? _idle;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>What answers requests; null before the host has started.</summary>
    public Application? Current => _application;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _application = new Application<TContext>(application, this);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task idle;
        lock (_lock)
        {
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            EndIfIdle();
            idle = _idle.Task;
        }

        await idle.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!idle.IsCompleted)
        {
            foreach (var request in Running())
            {
                request.Get<IHttpRequestLifetimeFeature>()?.Abort();
            }

            using var patience = new CancellationTokenSource(AbortTimeout);
            await idle.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
    }

    /// <returns>False: the server has been told to stop.</returns>
    internal bool TryEnter(IFeatureCollection request)
    {
        lock (_lock)
        {
            return _idle is null && _running.Add(request);
        }
    }

    internal void Leave(IFeatureCollection request)
    {
        lock (_lock)
        {
            _running.Remove(request);
            EndIfIdle();
        }
    }

    private void EndIfIdle()
    {
        if (_running.Count == 0)
        {
            _idle?.TrySetResult();
        }
    }

    private IFeatureCollection[] Running()
    {
        lock (_lock)
        {
            return [.. _running];
        }
    }
}

/// <summary>An application of ASP.NET Core, whatever its contexts are.</summary>
internal abstract class Application
{
    /// <param name="features">Of the connection and the request.</param>
    /// <returns>Null: it takes no more requests.</returns>
    public abstract Exchange? TryBegin(IFeatureCollection features);
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
/// <param name="application">Answers.</param>
/// <param name="server">Told which requests are being answered; null: nobody asks.</param>
internal sealed class Application<TContext>(IHttpApplication<TContext> application, TenantServer? server) : Application
    where TContext : notnull
{
    public override Exchange? TryBegin(IFeatureCollection features)
    {
        if (server?.TryEnter(features) == false)
        {
            return null;
        }

        try
        {
            return new Answer(application, application.CreateContext(features), server, features);
        }
        catch
        {
            server?.Leave(features);
            throw;
        }
    }

    private sealed class Answer(IHttpApplication<TContext> application, TContext context, TenantServer? server, IFeatureCollection features) : Exchange
    {
        public override Task ProcessAsync() => application.ProcessRequestAsync(context);

        public override void End(Exception? exception)
        {
            try
            {
                application.DisposeContext(context, exception);
            }
            finally
            {
                server?.Leave(features);
            }
        }
    }
}
