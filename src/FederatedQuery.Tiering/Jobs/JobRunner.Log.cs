using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Jobs;

public sealed partial class JobRunner
{
    private static partial class Log
    {
        [LoggerMessage(TieringEventId.JobStarted, LogLevel.Information, "Job {Id} ({Kind}, table '{Table}') started")]
        public static partial void Started(ILogger logger, Guid id, string kind, string? table);

        [LoggerMessage(TieringEventId.JobSucceeded, LogLevel.Information, "Job {Id} ({Kind}, table '{Table}') succeeded: {Message}")]
        public static partial void Succeeded(ILogger logger, Guid id, string kind, string? table, string message);

        [LoggerMessage(TieringEventId.JobFailed, LogLevel.Error, "Job {Id} ({Kind}, table '{Table}') failed")]
        public static partial void Failed(ILogger logger, Guid id, string kind, string? table, Exception error);

        [LoggerMessage(TieringEventId.JobCancelled, LogLevel.Information, "Job {Id} ({Kind}, table '{Table}') was cancelled, or another process has taken it over; nothing more is done here")]
        public static partial void Cancelled(ILogger logger, Guid id, string kind, string? table);

        [LoggerMessage(TieringEventId.JobLost, LogLevel.Warning, "Job {Id} ({Kind}) lost PostgreSQL; it is taken up again when its lease has run out")]
        public static partial void Lost(ILogger logger, Guid id, string kind, Exception error);

        [LoggerMessage(TieringEventId.JobTakenOver, LogLevel.Warning, "Job {Id} ({Kind}, table '{Table}') is taken over from a process that died or lost touch, for the {Takeovers}th time; {SessionCount} sessions of it were ended")]
        public static partial void TakenOver(ILogger logger, Guid id, string kind, string? table, int takeovers, long sessionCount);

        [LoggerMessage(TieringEventId.JobGivenUp, LogLevel.Error, "Job {Id} ({Kind}, table '{Table}') is given up: {Reason}")]
        public static partial void GivenUp(ILogger logger, Guid id, string kind, string? table, string reason);

        [LoggerMessage(TieringEventId.JobReleased, LogLevel.Information, "Job {Id} ({Kind}, table '{Table}') was broken off and waits in the queue for any process")]
        public static partial void Released(ILogger logger, Guid id, string kind, string? table);

        [LoggerMessage(TieringEventId.JobDeferred, LogLevel.Information, "Job {Id} ({Kind}, table '{Table}') is put off for {PauseSeconds} s, for the {Deferrals}th time: {Reason}")]
        public static partial void Deferred(ILogger logger, Guid id, string kind, string? table, double pauseSeconds, int deferrals, string reason);

        [LoggerMessage(TieringEventId.JobStoreFailed, LogLevel.Warning, "How a job ended could not be stored; it is tried again")]
        public static partial void StoreFailed(ILogger logger, Exception error);

        [LoggerMessage(TieringEventId.JobPollFailed, LogLevel.Warning, "The queue of jobs could not be looked at; it is tried again")]
        public static partial void PollFailed(ILogger logger, Exception error);
    }
}
