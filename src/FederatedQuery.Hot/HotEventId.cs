namespace FederatedQuery.Hot;

/// <summary>The event ids of this project's log messages: 3000 to 3499.</summary>
internal static class HotEventId
{
    // Embedded server: 3000 to 3049.
    public const int EmbeddedStarting = 3000;
    public const int EmbeddedReady = 3001;
    public const int EmbeddedAdopted = 3002;
    public const int EmbeddedStopped = 3003;
    public const int EmbeddedStale = 3004;
    public const int EmbeddedRelocated = 3005;
    public const int EmbeddedBinariesCopied = 3006;
    public const int EmbeddedInitialized = 3007;
    public const int EmbeddedStillUsed = 3008;
    public const int EmbeddedStopFailed = 3009;

    // Connections, roles, control tables: 3050 to 3099.
    public const int QueryRoleReady = 3050;
    public const int QueryRoleNotHardened = 3051;
    public const int Migrated = 3052;
    public const int WaitingForServer = 3053;
    public const int LoopPutOff = 3054;
    public const int LoopResumed = 3055;
    public const int ClientsNotNoticed = 3056;

    // Scans: 3100 to 3149.
    public const int ScanFinished = 3100;

    // Partitions: 3150 to 3199.
    public const int PartitionCreated = 3150;
}
