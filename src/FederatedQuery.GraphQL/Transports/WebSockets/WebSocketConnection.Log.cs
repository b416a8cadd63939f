using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

internal sealed partial class WebSocketConnection
{
    private static partial class Log
    {
        [LoggerMessage(7131, LogLevel.Debug, "Closing a GraphQL WebSocket connection with {Code}: {Reason}")]
        public static partial void Closing(ILogger logger, int code, string reason);

        [LoggerMessage(7132, LogLevel.Debug, "The client of a GraphQL WebSocket connection is gone: {Reason}")]
        public static partial void ClientGone(ILogger logger, string reason);

        [LoggerMessage(7133, LogLevel.Debug, "The client of a GraphQL WebSocket connection sent nothing for {Timeout} after a ping and was cut off")]
        public static partial void Silent(ILogger logger, TimeSpan timeout);

        [LoggerMessage(7134, LogLevel.Information, "The client of a GraphQL WebSocket connection read nothing for {Timeout} while results waited, and was cut off")]
        public static partial void NotReading(ILogger logger, TimeSpan timeout);

        [LoggerMessage(7135, LogLevel.Warning, "{Count} tasks of a GraphQL WebSocket connection still run after its end: a resolver or source does not heed its cancellation")]
        public static partial void StillRunning(ILogger logger, int count);

        [LoggerMessage(7136, LogLevel.Error, "A GraphQL WebSocket connection failed and was closed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
