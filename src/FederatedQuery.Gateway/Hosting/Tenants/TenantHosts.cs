namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>The tenants of the process. They start together, before it listens, and stop together, after it has answered its last request; none runs without the others.</summary>
internal sealed partial class TenantHosts(IReadOnlyList<TenantHost> all, IHostApplicationLifetime process, ILogger<TenantHosts> logger) : IHostedService, IAsyncDisposable
{
    private CancellationTokenRegistration _stopping;

    /// <summary>In order of their names; one at least.</summary>
    public IReadOnlyList<TenantHost> All => all;

    /// <summary>People of all tenants sign in in one way.</summary>
    public bool IsSignInCommon { get; } = all.All(host => host.Access with { Tenant = null } == all[0].Access with { Tenant = null });

    /// <returns>Null: there is no such tenant.</returns>
    public TenantHost? Find(string name) => all.FirstOrDefault(host => host.Name == name);

    /// <exception cref="TenantStartException">One could not start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = process.ApplicationStopping.Register(() =>
        {
            foreach (var host in all)
            {
                host.BeginToStop();
            }
        });
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] starts = [.. all.Select(host => StartAsync(host, others))];
        try
        {
            await Task.WhenAll(starts);
        }
        catch when (starts.Select(start => start.Exception?.InnerException).OfType<TenantStartException>().FirstOrDefault() is { } first)
        {
            // The others ended because of it.
            throw first;
        }

        Log.Started(logger, all.Count, string.Join(", ", all.Select(host => host.Name)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(all.Select(host => host.StopAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync();
        await Task.WhenAll(all.Select(host => host.DisposeAsync().AsTask()));
    }

    private async Task StartAsync(TenantHost host, CancellationTokenSource all)
    {
        try
        {
            await host.StartAsync(all.Token);
        }
        catch (Exception error) when (error is not OperationCanceledException || !all.IsCancellationRequested)
        {
            await all.CancelAsync();
            throw new TenantStartException(host.Name, error);
        }

        // A service of it that failed for good has stopped its host: as with a process of its own, somebody has to start it again.
        host.Stopping.Register(() =>
        {
            if (!process.ApplicationStopping.IsCancellationRequested)
            {
                Log.Ended(logger, host.Name);
                process.StopApplication();
            }
        });
    }

    private static partial class Log
    {
        [LoggerMessage(6250, LogLevel.Information, "{Count} tenants are served: {Tenants}")]
        public static partial void Started(ILogger logger, int count, string tenants);

        [LoggerMessage(6251, LogLevel.Error, "The host of tenant '{Tenant}' has stopped by itself; the process stops, to be started again")]
        public static partial void Ended(ILogger logger, string tenant);
    }
}

/// <summary>A tenant's gateway could not start.</summary>
internal sealed class TenantStartException(string tenant, Exception error) : Exception($"Tenant '{tenant}' could not be started: {error.Message}", error)
{
    public string Tenant => tenant;
}
