namespace FederatedQuery.Logs;

/// <summary>The event ids of this project's log messages: 5000 to 5499. Ingest 5000 to 5099, index building 5100 to 5149, tail 5200 to 5249, search and downloads 5300 to 5349.</summary>
internal static class LogEventId;
