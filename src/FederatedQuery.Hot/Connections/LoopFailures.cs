using Microsoft.Extensions.Logging;

namespace FederatedQuery.Hot.Connections;

/// <summary>
/// What a background loop says of its failures. PostgreSQL's absence is one line without a stack trace, whatever the loop met it at, and so is its return; any other failure is said in the loop's own
/// words, with its stack trace. What stays as it is, is said again ever more seldom: after a minute, two, four, and then each hour. Thread-safe.
/// </summary>
/// <param name="work">What is done, as the beginning of a sentence: <c>Looking for days to move</c>.</param>
/// <param name="time">Says when it was said last.</param>
/// <param name="logger">The loop's.</param>
public sealed partial class LoopFailures(string work, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();

    /// <summary>What was said last; null while all is well.</summary>
    private string? _said;
    private long _since;
    private long _saidAt;
    private TimeSpan _pause;

    /// <summary>Notes that it failed.</summary>
    /// <param name="error">Why.</param>
    /// <param name="say">Logs a failure that is not PostgreSQL's absence.</param>
    public void Failed(Exception error, Action<Exception> say)
    {
        var absence = ReasonOf(error);
        // A server that comes and goes says it in many ways: it shuts down, does not answer, starts up. That it refuses the password is another matter.
        var what = absence is null ? $"{error.GetType()}: {error.Message}" : PostgresAbsence.IsRefusal(error) ? "refused" : "away";
        if (!IsNews(what))
        {
            return;
        }

        if (absence is not null)
        {
            Log.PutOff(logger, work, absence);
        }
        else
        {
            say(error);
        }
    }

    /// <summary>Notes that it did not fail.</summary>
    public void Succeeded()
    {
        // Most rounds follow upon one that was well, too.
        if (Volatile.Read(ref _said) is null)
        {
            return;
        }

        TimeSpan since;
        lock (_lock)
        {
            if (_said is null)
            {
                return;
            }

            since = time.GetElapsedTime(_since);
            Volatile.Write(ref _said, null);
        }

        Log.Resumed(logger, work, Math.Round(since.TotalSeconds, 1));
    }

    /// <summary>What a loop waits for has a limit of its own: that is no more telling by its stack trace than a connection that is refused.</summary>
    private static string? ReasonOf(Exception error) =>
        PostgresAbsence.ReasonOf(error) ?? (error is OperationCanceledException ? "there was no answer in the time that it is given" : null);

    private bool IsNews(string what)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var isSame = _said == what;
            if (isSame && time.GetElapsedTime(_saidAt, now) < _pause)
            {
                return false;
            }

            _since = _said is null ? now : _since;
            _pause = !isSame ? FirstPause : _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            _saidAt = now;
            Volatile.Write(ref _said, what);
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(HotEventId.LoopPutOff, LogLevel.Warning, "{Work} is put off, and tried again until it succeeds: {Reason}")]
        public static partial void PutOff(ILogger logger, string work, string reason);

        [LoggerMessage(HotEventId.LoopResumed, LogLevel.Information, "{Work} succeeds again, after {Seconds} s")]
        public static partial void Resumed(ILogger logger, string work, double seconds);
    }
}
