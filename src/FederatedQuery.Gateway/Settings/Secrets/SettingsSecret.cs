using System.Globalization;

namespace FederatedQuery.Gateway.Settings.Secrets;

/// <summary>The layer of settings that the secret AWS_SECRET_NAME gives: read at start, and again when it may have been rotated (<see cref="SecretRefresh"/>).</summary>
/// <param name="name">AWS_SECRET_NAME.</param>
/// <param name="get">Asks for its text; throws <see cref="SecretException"/>.</param>
/// <param name="time">For the pauses between attempts.</param>
internal sealed class SettingsSecret(string name, Func<CancellationToken, Task<string>> get, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private SettingLayer? _layer;

    /// <summary>What it said when it was read last.</summary>
    /// <exception cref="InvalidOperationException">It has not been read yet.</exception>
    public SettingLayer Layer => Volatile.Read(ref _layer) ?? throw new InvalidOperationException("The secret has not been read yet.");

    /// <summary>Reads it once; where that fails, <see cref="Layer"/> stays what it was.</summary>
    /// <exception cref="SecretException">It could not be had.</exception>
    /// <exception cref="FormatException">It holds what is no setting.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken) =>
        Volatile.Write(ref _layer, new SettingLayer($"secret {name}", SecretValues.Read(name, await get(cancellationToken))));

    /// <summary>Reads it, and tries again while the service is away.</summary>
    /// <param name="patience">How long, from the first attempt to the beginning of the last.</param>
    /// <param name="say">Told before each pause what is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException">It could not be had, or not in time; the message says why and what would be right.</exception>
    public async Task ReadPatientlyAsync(TimeSpan patience, Func<string, Task> say, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await ReadAsync(cancellationToken);
                return;
            }
            catch (SecretException error) when (error.MayPass && time.GetElapsedTime(started) + pause < patience)
            {
                await say(string.Create(CultureInfo.InvariantCulture, $"{error.Message.TrimEnd('.')}. The next attempt is in {pause.TotalSeconds} s."));
            }
            catch (SecretException error)
            {
                throw new FormatException(error.MayPass
                    ? string.Create(CultureInfo.InvariantCulture, $"{error.Message.TrimEnd('.')}. It was tried for {patience.TotalSeconds} s (STARTUP_TIMEOUT); check AWS_REGION, the way to the endpoint, and {SettingsSources.Secret}.")
                    : error.Message, error);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
