using FederatedQuery.Gateway.Settings;
using FederatedQuery.Gateway.Settings.Tenants;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>
/// Looks every few seconds at the tenants' files: one that has come starts its tenant, one that has gone stops it, one that has changed is taken up, by a new start of the tenant where that is needed. What
/// is wrong is named in the log, and changes nothing. A file counts when two looks have found the same: it may be being written.
/// </summary>
internal sealed partial class TenantWatch(TenantHosts hosts, TenantsFolder folder, TimeProvider time, ILogger<TenantWatch> logger)
    : PeriodicService("Looking at the tenants' files", time, logger)
{
    /// <summary>What the last look found that is not what is in effect, by tenant.</summary>
    private readonly Dictionary<string, TenantSettings> _found = new(StringComparer.Ordinal);

    /// <summary>Tenants without a file at the last look.</summary>
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>What was wrong at the last look, by file, and whether it has been said.</summary>
    private readonly Dictionary<string, (string Complaint, bool IsSaid)> _wrong = new(StringComparer.Ordinal);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    protected override bool BeginsAtOnce => false;

    protected override Task RunRoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            var look = folder.Look();
            _wrong.Remove(folder.Path);
            RemoveThoseWithout(look);
            foreach (var (name, path) in look.Files)
            {
                Look(look, name, path);
            }

            foreach (var gone in _wrong.Keys.Except(look.Files.Select(file => file.Path)).ToList())
            {
                _wrong.Remove(gone);
            }
        }
        catch (FormatException error)
        {
            Complain(folder.Path, error.Message);
        }

        return Task.CompletedTask;
    }

    protected override void LogFailure(Exception error) => Log.Failed(Logger, error);

    private void RemoveThoseWithout(TenantsLook look)
    {
        foreach (var tenant in hosts.Current.All)
        {
            if (look.Files.Any(file => file.Name == tenant.Name))
            {
                _missing.Remove(tenant.Name);
            }
            else if (!_missing.Add(tenant.Name))
            {
                _missing.Remove(tenant.Name);
                hosts.Remove(tenant);
            }
        }
    }

    private void Look(TenantsLook look, string name, string path)
    {
        TenantSettings now;
        try
        {
            now = look.Read(name, [.. hosts.Current.All.Where(tenant => tenant.Name != name).Select(tenant => tenant.Settings)]);
        }
        catch (FormatException error)
        {
            _found.Remove(name);
            Complain(path, error.Message);
            return;
        }

        _wrong.Remove(path);
        var tenant = hosts.Current.Find(name);
        if (tenant is not null && tenant.Settings.Changes(now).Count == 0)
        {
            _found.Remove(name);
        }
        else if (!_found.TryGetValue(name, out var before) || before.Changes(now).Count > 0)
        {
            _found[name] = now;
        }
        else if (tenant is not null)
        {
            _found.Remove(name);
            Take(tenant, now);
        }
        else if (hosts.TryAdd(now))
        {
            _found.Remove(name);
        }
    }

    /// <summary>What a running gateway can take up is taken up there (<see cref="SettingsReload"/>), and what has changed for the whole process waits for its next start, as it does without tenants.</summary>
    private void Take(Tenant tenant, TenantSettings now)
    {
        var own = tenant.Settings.ChangesThatNeedAStart(now);
        var restart = own.Count > 0 || tenant.Host is null;
        if (restart)
        {
            Log.Changed(Logger, tenant.Name, string.Join(", ", tenant.Settings.Changes(now)));
        }

        hosts.Take(tenant, now, restart);
    }

    private void Complain(string path, string complaint)
    {
        var isKnown = _wrong.TryGetValue(path, out var before) && before.Complaint == complaint;
        if (isKnown && !before.IsSaid)
        {
            Log.Wrong(Logger, path, complaint);
        }

        _wrong[path] = (complaint, isKnown);
    }

    private static partial class Log
    {
        [LoggerMessage(6260, LogLevel.Information, "The settings of tenant '{Tenant}' have changed, and it is started again with them: {Settings}")]
        public static partial void Changed(ILogger logger, string tenant, string settings);

        [LoggerMessage(6261, LogLevel.Error, "'{Path}' is wrong, and changes nothing: {Complaint}")]
        public static partial void Wrong(ILogger logger, string path, string complaint);

        [LoggerMessage(6262, LogLevel.Error, "Looking at the tenants' files failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
