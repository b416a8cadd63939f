using FederatedQuery.Gateway.Settings.Tenants;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>
/// The tenants of the process. Each comes up by itself while the process listens already, and may come and go while it runs (<see cref="TenantWatch"/>); all stop together, after the process has
/// answered its last request. Thread-safe.
/// </summary>
internal sealed partial class TenantHosts : IHostedService, IAsyncDisposable
{
    private readonly Func<Tenant, TenantSettings, TenantHost> _build;
    private readonly TenantDatabases _databases;
    private readonly IHostApplicationLifetime _process;
    private readonly TimeProvider _time;
    private readonly ILogger<Tenant> _ofTenants;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _leaving = new(StringComparer.Ordinal);
    private volatile TenantList _current;
    private volatile bool _isBegun;
    private long _startedAt;
    private CancellationTokenRegistration _stopping;

    /// <param name="settings">Those that there are at first.</param>
    /// <param name="build">Makes a host of a tenant.</param>
    /// <param name="databases">Who has which.</param>
    /// <param name="process">Tells when the process stops.</param>
    /// <param name="time">For what takes time.</param>
    /// <param name="ofTenants">For what each tenant has to say of its host.</param>
    /// <param name="logger">For who comes and goes.</param>
    public TenantHosts(
        IReadOnlyList<TenantSettings> settings, Func<Tenant, TenantSettings, TenantHost> build, TenantDatabases databases, IHostApplicationLifetime process, TimeProvider time, ILogger<Tenant> ofTenants,
        ILogger<TenantHosts> logger)
    {
        (_build, _databases, _process, _time, _ofTenants, _logger) = (build, databases, process, time, ofTenants, logger);
        _databases.OnChanged = name => Current.Find(name)?.Restart();
        _current = new TenantList(settings.Select(Make));
    }

    /// <summary>Those that there are now.</summary>
    public TenantList Current => _current;

    /// <summary>
    /// It is too early to say that the process is ready without those tenants that are not: each has STARTUP_TIMEOUT for its first attempt.
    /// </summary>
    public bool IsStarting
    {
        get
        {
            if (!_isBegun && Current.All.All(tenant => tenant.IsSettled || _time.GetElapsedTime(_startedAt) >= tenant.Settings.Settings.StartupTimeout))
            {
                // Who comes later does not make the others wait.
                _isBegun = true;
            }

            return !_isBegun;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _startedAt = _time.GetTimestamp();
        _stopping = _process.ApplicationStopping.Register(() =>
        {
            foreach (var tenant in Current.All)
            {
                tenant.BeginToStop();
            }
        });
        foreach (var tenant in Current.All)
        {
            tenant.Begin();
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] leaving;
        lock (_lock)
        {
            leaving = [.. _leaving.Values];
        }

        await Task.WhenAll([.. Current.All.Select(tenant => tenant.EndAsync(cancellationToken)), .. leaving]);
    }

    /// <summary>Starts one more.</summary>
    /// <returns>False: one of that name is on its way out.</returns>
    public bool TryAdd(TenantSettings settings)
    {
        lock (_lock)
        {
            if (_leaving.ContainsKey(settings.Name) || Current.Find(settings.Name) is not null)
            {
                return false;
            }

            var tenant = Make(settings);
            _current = new TenantList([.. Current.All, tenant]);
            Log.Added(_logger, settings.Name, settings.Path);
            tenant.Begin();
            return true;
        }
    }

    /// <summary>From now on there is no such tenant; what it answers at present comes to its end.</summary>
    public void Remove(Tenant tenant)
    {
        lock (_lock)
        {
            _current = new TenantList(Current.All.Where(other => other != tenant));
            Log.Removed(_logger, tenant.Name, tenant.Settings.Path);
            _leaving[tenant.Name] = EndAsync(tenant);
        }
    }

    /// <summary>Has a tenant's settings taken up.</summary>
    /// <inheritdoc cref="Tenant.Take"/>
    public void Take(Tenant tenant, TenantSettings settings, bool restart)
    {
        lock (_lock)
        {
            tenant.Take(settings, restart);
            // Names of hosts and ways to sign in may be others.
            _current = new TenantList(Current.All);
        }
    }

    /// <summary>After a start that failed, nobody stops this.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync();
        await StopAsync(new CancellationToken(canceled: true));
        foreach (var tenant in Current.All)
        {
            tenant.Dispose();
        }
    }

    private Tenant Make(TenantSettings settings) => new(settings, _build, _databases, _process.ApplicationStopping, _time, _ofTenants);

    private async Task EndAsync(Tenant tenant)
    {
        // Off the lock that the caller holds.
        await Task.Yield();
        await tenant.EndAsync(CancellationToken.None);
        tenant.Dispose();
        lock (_lock)
        {
            _leaving.Remove(tenant.Name);
        }

        Log.Ended(_logger, tenant.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(6255, LogLevel.Information, "Tenant '{Tenant}' has come with '{Path}' and is started")]
        public static partial void Added(ILogger logger, string tenant, string path);

        [LoggerMessage(6256, LogLevel.Information, "Tenant '{Tenant}' has gone with '{Path}': what it answers comes to its end, and then it is stopped")]
        public static partial void Removed(ILogger logger, string tenant, string path);

        [LoggerMessage(6257, LogLevel.Information, "Tenant '{Tenant}' has been stopped")]
        public static partial void Ended(ILogger logger, string tenant);
    }
}
