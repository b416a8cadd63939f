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

        [LoggerMessage(TieringEventId.JobCancelled, LogLevel.Information, "Job {Id} ({Kind}, table '{Table}') was cancelled")]
        public static partial void Cancelled(ILogger logger, Guid id, string kind, string? table);

        [LoggerMessage(TieringEventId.JobLost, LogLevel.Warning, "How job {Id} ({Kind}) ended could not be stored; it is taken up again when its lease has run out")]
        public static partial void Lost(ILogger logger, Guid id, string kind, Exception error);

        [LoggerMessage(TieringEventId.JobRenewalFailed, LogLevel.Warning, "The lease of job {Id} could not be renewed; it is tried again")]
        public static partial void RenewalFailed(ILogger logger, Guid id, Exception error);

        [LoggerMessage(TieringEventId.JobPollFailed, LogLevel.Warning, "The queue of jobs could not be looked at; it is tried again")]
        public static partial void PollFailed(ILogger logger, Exception error);
    }
}
