namespace FederatedQuery.Logs;

/// <summary>The event ids of this project's log messages: 5000 to 5499. Ingest 5000 to 5099, index building 5100 to 5149, tail 5200 to 5249, search and downloads 5300 to 5349.</summary>
internal static class LogEventId
{
    // Ingest: 5000 to 5099.
    public const int IngestReady = 5000;
    public const int IngestDisabled = 5001;
    public const int TableFailed = 5002;
    public const int TornTail = 5003;
    public const int LogDamaged = 5004;
    public const int LogAdvanced = 5005;
    public const int LogWriteFailed = 5006;
    public const int StoringFailed = 5007;
    public const int RowsRefused = 5008;
    public const int LeftToStore = 5009;
    public const int LeftoverStored = 5010;
    public const int PartitionsFailed = 5011;
    public const int MaintenanceFailed = 5012;
    public const int StreamMoved = 5013;
    public const int LeftoverFailed = 5014;
    public const int RefusedDropped = 5015;

    // Indexes: 5100 to 5149.
    public const int IndexBuilt = 5100;
    public const int IndexFailed = 5101;
    public const int IndexRoundFailed = 5102;

    // Tail: 5200 to 5249.
    public const int TailInterrupted = 5200;
    public const int TailForgotten = 5201;
}
