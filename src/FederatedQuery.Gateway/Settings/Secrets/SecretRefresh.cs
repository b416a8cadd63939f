using System.Runtime.ExceptionServices;
using FederatedQuery.Tiering;
using Npgsql;

namespace FederatedQuery.Gateway.Settings.Secrets;

/// <summary>
/// Reads the secret again every few minutes, and as soon as PostgreSQL refuses a password, for then it was rotated. <see cref="SettingsReload"/> takes up what has changed.
/// </summary>
internal sealed partial class SecretRefresh : PeriodicService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(30);

    /// <summary>Rotation changes the password first and the secret some seconds later; and a wrong password stays wrong.</summary>
    private static readonly TimeSpan PauseWhileRefused = TimeSpan.FromSeconds(2);

    private readonly SettingsSecret _secret;
    private long _readAt;
    private TimeSpan _pause = Pause;
    private string? _complaint;
    private volatile bool _wasRefused;

    public SecretRefresh(SettingsSecret secret, TimeProvider time, ILogger<SecretRefresh> logger)
        : base("Reading the secret again", time, logger)
    {
        _secret = secret;
        _readAt = time.GetTimestamp();

        // Connections are opened in a hundred places, and Npgsql tells nobody else of those that are refused.
        AppDomain.CurrentDomain.FirstChanceException += Notice;
    }

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool BeginsAtOnce => false;

    public override void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= Notice;
        base.Dispose();
    }

    protected override async Task RunRoundAsync(CancellationToken stoppingToken)
    {
        var since = Time.GetElapsedTime(_readAt);
        if (since < _pause && !(_wasRefused && since >= PauseWhileRefused))
        {
            return;
        }

        _wasRefused = false;
        try
        {
            await _secret.ReadAsync(stoppingToken);
            _pause = Pause;
            _complaint = null;
        }
        catch (Exception error) when (error is SecretException or FormatException)
        {
            _pause = PauseAfterFailure;
            if (error.Message != _complaint)
            {
                _complaint = error.Message;
                Log.NotRead(Logger, error.Message);
            }
        }
        finally
        {
            _readAt = Time.GetTimestamp();
        }
    }

    protected override void LogFailure(Exception error) => Log.Failed(Logger, error);

    private void Notice(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (thrown.Exception is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword })
        {
            _wasRefused = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6034, LogLevel.Error, "The secret could not be read again; what it said before stays in effect: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);

        [LoggerMessage(6035, LogLevel.Error, "Reading the secret again failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
