using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Tiering;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// Looks every few seconds whether CONFIG_FILE or CONFIG_DIRECTORY say something else (Kubernetes exchanges mounted files by links, which file watches miss), or the secret as it was read last, and takes up what
/// can change in a running gateway; the rest is named in the log, and waits for the next start. What is wrong is named too, and changes nothing.
/// </summary>
/// <param name="read">Reads the settings again; throws <see cref="FormatException"/>.</param>
/// <param name="started">What the gateway was started with.</param>
/// <param name="interval">Between two looks.</param>
internal sealed partial class SettingsReload(
    Func<SettingValues> read, SettingValues started, TimeSpan interval, PostgresConnections connections, QueryRole queryRole, IOptions<QueryOptions> queries, IOptions<TieringOptions> tiering,
    TimeProvider time, ILogger<SettingsReload> logger) : PeriodicService("Taking up changed settings", time, logger)
{
    private readonly (string?, string?) _users = Users(started);
    private SettingValues _current = started;
    private string? _complaint;

    /// <summary>The settings that are taken up without a restart.</summary>
    public static IReadOnlyList<string> Reloadable { get; } =
        ["COMPACTION_ENABLED", "MAX_COLD_BYTES_PER_KEY", "MAX_COLD_BYTES_PER_QUERY", "POSTGRES_PASSWORD", "POSTGRES_QUERY_PASSWORD", "SNAPSHOT_RETENTION_DAYS"];

    protected override TimeSpan Interval => interval;

    protected override bool BeginsAtOnce => false;

    protected override async Task RunRoundAsync(CancellationToken stoppingToken)
    {
        if (Read() is not var (values, settings))
        {
            return;
        }

        var changed = SettingNames.All.Select(setting => setting.Name).Where(name => values.Text(name) != _current.Text(name)).ToList();
        if (changed.Count == 0)
        {
            return;
        }

        queries.Value.MaximumColdBytesPerQuery = settings.MaxColdBytesPerQuery;
        queries.Value.MaximumColdBytesPerCaller = settings.MaxColdBytesPerKey;
        tiering.Value.CompactionEnabled = settings.CompactionEnabled;
        tiering.Value.SnapshotRetentionDays = settings.SnapshotRetentionDays;
        if (settings.Postgres is { } postgres && changed.Any(IsPassword) && HasTheSameUsers(values))
        {
            connections.ChangePasswords(postgres.Password, postgres.QueryPassword);
            await queryRole.EnsureAsync(stoppingToken);
        }

        // Not before all is done: what fails is tried again in the next round.
        _current = values;
        foreach (var name in changed)
        {
            if (Reloadable.Contains(name) && (!IsPassword(name) || HasTheSameUsers(values)))
            {
                Log.TakenUp(Logger, name, values.Find(name)?.Origin ?? "default");
            }
            else
            {
                Log.NeedsRestart(Logger, name, values.Find(name)?.Origin ?? "default");
            }
        }
    }

    protected override void LogFailure(Exception error) => Log.Failed(Logger, error);

    private static bool IsPassword(string name) => name is "POSTGRES_PASSWORD" or "POSTGRES_QUERY_PASSWORD";

    /// <summary>A password is its user's: one of another user, as secrets with two users in turn have it, is of no use to the connections that there are.</summary>
    private bool HasTheSameUsers(SettingValues values) => Users(values) == _users;

    private static (string? Owner, string? Query) Users(SettingValues values) => (values.Text("POSTGRES_USER"), values.Text("POSTGRES_QUERY_USER"));

    /// <returns>Null when something is wrong, which is said once.</returns>
    private (SettingValues Values, GatewaySettings Settings)? Read()
    {
        string complaint;
        try
        {
            var values = read();
            var (settings, errors) = SettingsReader.Read(values);
            if (settings is not null)
            {
                _complaint = null;
                return (values, settings);
            }

            complaint = string.Join(' ', errors);
        }
        catch (FormatException error)
        {
            complaint = error.Message;
        }

        if (complaint != _complaint)
        {
            _complaint = complaint;
            Log.Wrong(Logger, complaint);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(6030, LogLevel.Information, "{Setting} has changed in '{Origin}' and was taken up")]
        public static partial void TakenUp(ILogger logger, string setting, string origin);

        [LoggerMessage(6031, LogLevel.Warning, "{Setting} has changed in '{Origin}'; it is taken up when the gateway starts again")]
        public static partial void NeedsRestart(ILogger logger, string setting, string origin);

        [LoggerMessage(6032, LogLevel.Error, "The changed settings are wrong, and were not taken up: {Complaint}")]
        public static partial void Wrong(ILogger logger, string complaint);

        [LoggerMessage(6033, LogLevel.Error, "Changed settings could not be taken up; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
