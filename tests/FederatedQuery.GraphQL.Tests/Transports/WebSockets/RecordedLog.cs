using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Tests.Transports.WebSockets;

/// <summary>Keeps what the server logs as warning or worse.</summary>
public sealed class RecordedLog : ILoggerProvider
{
    public ConcurrentQueue<string> Problems { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Recorder(RecordedLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Problems.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
            }
        }
    }
}
