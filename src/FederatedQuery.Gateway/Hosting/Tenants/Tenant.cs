using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Settings.Tenants;
using FederatedQuery.Hot.Connections;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>
/// One of the tenants, from when its file is there until it is gone: keeps a host of it running. One that could not start, or has stopped by itself, is started again after a pause; what the others
/// do has nothing to do with it. Thread-safe.
/// </summary>
internal sealed partial class Tenant : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Func<Tenant, TenantSettings, TenantHost> _build;
    private readonly TenantDatabases _databases;
    private readonly CancellationToken _process;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LoopFailures _failures;
    private readonly CancellationTokenSource _ending = new();
    private volatile TenantSettings _settings;
    private volatile CancellationTokenSource? _again;
    private volatile TenantHost? _starting;
    private volatile TenantHost? _host;
    private volatile string? _problem;
    private CancellationToken _patience;
    private Task _running = Task.CompletedTask;

    /// <param name="settings">What it is served with at first.</param>
    /// <param name="build">Makes a host of it with such settings; what it reads of its settings later is <see cref="Settings"/>.</param>
    /// <param name="databases">Told when its database may be another.</param>
    /// <param name="process">That the process was told to stop: requests are answered until <see cref="EndAsync"/>.</param>
    /// <param name="time">For the pauses.</param>
    /// <param name="logger">Of the process.</param>
    public Tenant(TenantSettings settings, Func<Tenant, TenantSettings, TenantHost> build, TenantDatabases databases, CancellationToken process, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _build = build;
        _databases = databases;
        _process = process;
        _time = time;
        _logger = logger;
        _failures = new LoopFailures($"Starting tenant '{settings.Name}'", time, logger);
        Name = settings.Name;
    }

    public string Name { get; }

    /// <summary>As its file was read last.</summary>
    public TenantSettings Settings => _settings;

    /// <summary>What answers its requests; null while nothing does.</summary>
    public TenantHost? Host => _host;

    /// <summary>It is known whether it could be started at the first attempt; false while its PostgreSQL is waited for.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Starts it; returns at once.</summary>
    public void Begin() => _running = Task.Run(RunAsync);

    /// <summary>Has the settings taken up: by a running host what it can, the rest with its next start.</summary>
    /// <param name="settings">Checked.</param>
    /// <param name="restart">Now: what it answers at present comes to its end before.</param>
    public void Take(TenantSettings settings, bool restart)
    {
        _settings = settings;
        if (restart)
        {
            Restart();
        }
    }

    /// <summary>Stops its host, or the attempt to start it or the pause before the next, and begins anew.</summary>
    public void Restart() => Cancel(_again);

    /// <summary>The process was told to stop: it says that it is not ready, and its subscriptions end.</summary>
    public void BeginToStop()
    {
        if (_host is { } host)
        {
            host.BeginToStop();
        }
        else
        {
            Cancel(_ending);
        }
    }

    /// <summary>Lets the requests that it answers come to their end and stops it. No other call follows.</summary>
    /// <param name="patience">Cuts requests off; what it would take by itself at most is the sum of SHUTDOWN_DELAY and SHUTDOWN_TIMEOUT.</param>
    public async Task EndAsync(CancellationToken patience)
    {
        _patience = patience;
        Cancel(_ending);
        await _running;
        _databases.Release(Name);
    }

    /// <summary>How it stands.</summary>
    public async Task<HealthReport> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_host is { } host)
            {
                return await host.ProbeAsync(cancellationToken);
            }
        }
        catch (ObjectDisposedException)
        {
            // It was stopped in between.
        }

        return _starting?.Waiting is { } waiting ? Report(HealthReport.Starting, "postgres", waiting)
            : _problem is { } problem ? Report(HealthReport.Down, "start", problem)
            : new HealthReport(HealthReport.Starting, new Dictionary<string, PartHealth>());
    }

    /// <summary>After <see cref="EndAsync"/>.</summary>
    public void Dispose() => _ending.Dispose();

    private static HealthReport Report(string status, string part, string error) => new(status, new Dictionary<string, PartHealth> { [part] = new(HealthReport.Down, 0, error) });

    private static void Cancel(CancellationTokenSource? source)
    {
        try
        {
            // What waits for it goes on elsewhere: who cancels may hold a lock.
            _ = source?.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // What it was for came to its end in between, and the next begins with what there is to know.
        }
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        var before = _settings;
        while (!_ending.IsCancellationRequested)
        {
            using var again = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            _again = again;
            var settings = _settings;
            if (!ReferenceEquals(settings, before))
            {
                _databases.Release(Name);
                before = settings;
            }

            if (await TryServeAsync(settings, again.Token))
            {
                pause = FirstPause;
            }

            await Task.Delay(again.IsCancellationRequested ? TimeSpan.Zero : pause, _time, again.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = again.IsCancellationRequested ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>Whether it could be started. It has come to its end by now.</returns>
    private async Task<bool> TryServeAsync(TenantSettings settings, CancellationToken cancellationToken)
    {
        TenantHost? host = null;
        try
        {
            host = _starting = _build(this, settings);
            await host.StartAsync(cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever it was at, it was broken off.
            await DisposeAsync(host);
            return false;
        }
        catch (Exception error)
        {
            _problem = Failure.MessageOf(error) ?? error.Message;
            IsSettled = true;
            _failures.Failed(error, Say);
            await DisposeAsync(host);
            return false;
        }

        _host = host;
        _starting = null;
        _problem = null;
        IsSettled = true;
        _failures.Succeeded();
        Log.Served(_logger, Name);
        try
        {
            await UntilOverAsync(host, cancellationToken);
        }
        finally
        {
            _host = null;
            await StopAsync(host);
        }

        return true;
    }

    private async Task UntilOverAsync(TenantHost host, CancellationToken cancellationToken)
    {
        if (_process.IsCancellationRequested)
        {
            host.BeginToStop();
        }

        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.Stopping))
        {
            await WaitAsync(either.Token);
        }

        if (_process.IsCancellationRequested)
        {
            // Requests are taken for a while yet; the process says when no more come.
            await WaitAsync(cancellationToken);
        }

        if (!cancellationToken.IsCancellationRequested)
        {
            // A service of it that failed for good has stopped its host.
            _problem = "It has stopped by itself, and is started again.";
            Log.Ended(_logger, Name);
        }
    }

    private Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken).ContinueWith(
        _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task StopAsync(TenantHost host)
    {
        try
        {
            host.BeginToStop();
            await host.StopAsync(_patience);
        }
        catch (Exception error)
        {
            Log.NotStopped(_logger, error, Name);
        }

        await DisposeAsync(host);
    }

    private async Task DisposeAsync(TenantHost? host)
    {
        _starting = null;
        try
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }
        }
        catch (Exception error)
        {
            Log.NotStopped(_logger, error, Name);
        }
    }

    private void Say(Exception error)
    {
        if (Failure.MessageOf(error) is { } message)
        {
            Log.Refused(_logger, Name, message);
        }
        else
        {
            Log.NotStarted(_logger, error, Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6250, LogLevel.Information, "Tenant '{Tenant}' is served")]
        public static partial void Served(ILogger logger, string tenant);

        [LoggerMessage(6251, LogLevel.Error, "The host of tenant '{Tenant}' has stopped by itself; it is started again")]
        public static partial void Ended(ILogger logger, string tenant);

        [LoggerMessage(6252, LogLevel.Error, "Tenant '{Tenant}' could not be started, and is tried again until it can: {Reason}")]
        public static partial void Refused(ILogger logger, string tenant, string reason);

        [LoggerMessage(6253, LogLevel.Error, "Tenant '{Tenant}' could not be started, and is tried again until it can")]
        public static partial void NotStarted(ILogger logger, Exception error, string tenant);

        [LoggerMessage(6254, LogLevel.Error, "Tenant '{Tenant}' did not stop in good order")]
        public static partial void NotStopped(ILogger logger, Exception error, string tenant);
    }
}
