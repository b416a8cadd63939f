namespace FederatedQuery.Tiering;

/// <summary>The event ids of this project's log messages: 4000 to 4499.</summary>
internal static class TieringEventId
{
    // Moves: 4000 to 4049.
    public const int Moved = 4000;
    public const int MoveRestarted = 4001;
    public const int MoveRestaged = 4002;
    public const int MoveByDelete = 4003;
    public const int MoveUndone = 4004;
    public const int MoveFilesLeft = 4005;
    public const int PartitionKept = 4006;
    public const int PartitionDropped = 4010;
    public const int LateRows = 4011;
    public const int PublicationFinished = 4012;
    public const int PublicationAbandoned = 4013;
    public const int PublicationLeft = 4014;
    public const int PublicationStray = 4015;
    public const int PublicationHeld = 4016;
    public const int PublicationUnmerged = 4017;
    public const int MoveHolds = 4018;
    public const int MoveHoldFailed = 4019;

    // Changes of rows: 4030 to 4039.
    public const int RowsChanged = 4030;
    public const int RowChangeAgain = 4031;
    public const int RowChangeFilesLeft = 4032;
    public const int RowMutationsAllowed = 4033;

    // Jobs: 4050 to 4099.
    public const int JobStarted = 4050;
    public const int JobSucceeded = 4051;
    public const int JobFailed = 4052;
    public const int JobCancelled = 4053;
    public const int JobLost = 4054;
    public const int JobRenewalFailed = 4055;
    public const int JobPollFailed = 4056;
    public const int JobWatchFailed = 4057;
    public const int JobOutOfTouch = 4060;
    public const int JobTakenOver = 4061;
    public const int JobGivenUp = 4062;
    public const int JobReleased = 4063;
    public const int JobStoreFailed = 4064;
    public const int JobPartsFailed = 4065;
    public const int JobHistoryRemoved = 4066;
    public const int JobHistoryFailed = 4067;
    public const int JobDeferred = 4068;

    // The loop: 4100 to 4149.
    public const int ArchiveFailed = 4100;
    public const int ArchiveQueued = 4101;

    // Tables and loading: 4150 to 4199.
    public const int Configured = 4150;
    public const int Loaded = 4151;
    public const int LoadFilesLeft = 4152;
    public const int LoadUnrecorded = 4153;
    public const int LoadUnmerged = 4154;
    public const int LoadLeft = 4155;
    public const int ColumnsFollowed = 4156;

    // Compaction and manifests: 4200 to 4219.
    public const int Compacted = 4200;
    public const int CompactionConflict = 4201;
    public const int CompactionGroupFailed = 4202;
    public const int CompactionFilesLeft = 4203;
    public const int ManifestsRewritten = 4204;

    // Dropped files, snapshot expiry, orphans, retention, maintenance: 4220 to 4249.
    public const int DroppedFilesDeleted = 4220;
    public const int DroppedFilesKept = 4221;
    public const int DroppedFilesForgotten = 4222;
    public const int DroppedFilesFailed = 4223;
    public const int DroppedFileRoundFailed = 4224;
    public const int NeighbourUnreadable = 4225;
    public const int SnapshotsExpired = 4226;
    public const int OrphansFound = 4227;
    public const int MaintenanceConfigured = 4228;
    public const int MaintenanceStepFailed = 4229;
    public const int MaintenanceQueued = 4230;
    public const int MaintenanceQueueFailed = 4231;
    public const int MaintenanceGone = 4232;

    // Repartition: 4250 to 4269.
    public const int Repartitioned = 4250;
    public const int RepartitionConflict = 4251;
    public const int RepartitionFilesLeft = 4252;

    // The ledger, verification and erasure: 4270 to 4299.
    public const int OthersRowsAdopted = 4270;
    public const int OthersRowsUnreadable = 4271;
    public const int ViolationFound = 4272;
    public const int VerificationFailed = 4273;
    public const int VerificationTableFailed = 4274;
    public const int DaysVerified = 4275;
    public const int FilesErased = 4276;
    public const int ErasureUnknown = 4277;
    public const int CopiesForgotten = 4278;
    public const int ForgettingFailed = 4279;
    public const int KeyViolationFound = 4280;
    public const int KeysUnreadable = 4281;
    public const int KeysVerified = 4282;

    // The second catalog: 4300 to 4319.
    public const int AnalyticsRegistered = 4300;
    public const int AnalyticsUnregistered = 4301;
    public const int AnalyticsFailed = 4302;
    public const int AnalyticsRoundFailed = 4303;
}
