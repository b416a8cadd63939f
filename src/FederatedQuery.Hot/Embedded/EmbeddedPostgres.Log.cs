using Microsoft.Extensions.Logging;

namespace FederatedQuery.Hot.Embedded;

public sealed partial class EmbeddedPostgres
{
    private static partial class Log
    {
        [LoggerMessage(HotEventId.EmbeddedStarting, LogLevel.Information, "Starting PostgreSQL {Version} in '{Cluster}'")]
        public static partial void Starting(ILogger logger, string version, string cluster);

        [LoggerMessage(HotEventId.EmbeddedInitialized, LogLevel.Information, "Made a new PostgreSQL {Version} cluster in '{Cluster}'")]
        public static partial void Initialized(ILogger logger, string version, string cluster);

        [LoggerMessage(HotEventId.EmbeddedReady, LogLevel.Information, "PostgreSQL is ready on the socket in '{SocketDirectory}' after {Milliseconds} ms")]
        public static partial void Ready(ILogger logger, string socketDirectory, long milliseconds);

        [LoggerMessage(HotEventId.EmbeddedAdopted, LogLevel.Information, "Using the PostgreSQL server (process {ProcessId}) that already runs in '{Cluster}'")]
        public static partial void Adopted(ILogger logger, int processId, string cluster);

        [LoggerMessage(HotEventId.EmbeddedStale, LogLevel.Warning, "'{File}' names process {ProcessId}, which is not this cluster's server: removed")]
        public static partial void Stale(ILogger logger, string file, int processId);

        [LoggerMessage(HotEventId.EmbeddedStillUsed, LogLevel.Information, "Another process uses the PostgreSQL server in '{Cluster}': left running")]
        public static partial void StillUsed(ILogger logger, string cluster);

        [LoggerMessage(HotEventId.EmbeddedStopped, LogLevel.Information, "Stopped PostgreSQL in '{Cluster}' after {Milliseconds} ms")]
        public static partial void Stopped(ILogger logger, string cluster, long milliseconds);

        [LoggerMessage(HotEventId.EmbeddedStopFailed, LogLevel.Error, "PostgreSQL in '{Cluster}' could not be stopped: {Output}")]
        public static partial void StopFailed(ILogger logger, string cluster, string output);
    }
}
