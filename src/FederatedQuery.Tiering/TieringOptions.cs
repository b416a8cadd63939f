namespace FederatedQuery.Tiering;

/// <summary>How rows age and who moves them.</summary>
public sealed class TieringOptions
{
    /// <summary>Days that rows stay hot where a table does not say; at least 1. HOT_RETENTION_DAYS.</summary>
    public int HotDays { get; set; } = 30;

    /// <summary>Days after which cold rows may be deleted where a table does not say; more than <see cref="HotDays"/>. COLD_RETENTION_DAYS.</summary>
    public int ColdDays { get; set; } = 730;

    /// <summary>Whether closed days move to the cold tier by themselves. MAINTENANCE_ENABLED.</summary>
    public bool MaintenanceEnabled { get; set; } = true;

    /// <summary>How often tables are looked through for closed days.</summary>
    public TimeSpan ArchiveInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Jobs that this process works on at the same time; at least 1.</summary>
    public int MaximumJobs { get; set; } = 2;

    /// <summary>How long a job stays with a process that gives no sign of life.</summary>
    public TimeSpan JobLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is looked whether a cold table has changed that the second catalog has to follow.</summary>
    public TimeSpan AnalyticsInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the second catalog is asked for every table, whether others have changed it.</summary>
    public TimeSpan AnalyticsVerifyInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The pause after a first failure of the second catalog; it doubles with each further one up to <see cref="AnalyticsLongestRetry"/>.</summary>
    public TimeSpan AnalyticsRetry { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan AnalyticsLongestRetry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the queue is looked at for jobs of other processes and of dead ones.</summary>
    public TimeSpan JobPollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a job whose process died is taken up again by another before it counts as what kills them, and ends as failed; at least 1.
    /// </summary>
    public int MaximumTakeovers { get; set; } = 10;

    /// <summary>The first pause of a job that others' writes or locks did not let through; it doubles with each further one.</summary>
    public TimeSpan BusyPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often such a job is put off before it counts as failed; 0: never.</summary>
    public int MaximumDeferrals { get; set; } = 7;

    /// <summary>How long jobs that have ended stay listed.</summary>
    public TimeSpan JobHistory { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often jobs are looked at for those who watch them, while there are any.</summary>
    public TimeSpan JobWatchInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a move waits for a partition's lock; everybody who comes after it waits as long.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Buckets that a table is divided into where nobody says how many; 1 to 10,000. DEFAULT_PARTITION_COUNT.</summary>
    public int DefaultPartitionCount { get; set; } = 10;

    /// <summary>How often the exclusive lock is tried for before rows are deleted instead; at least 1.</summary>
    public int LockAttempts { get; set; } = 8;

    /// <summary>How often a day is exported anew because its rows were changed meanwhile, before they are held, a few at a time; 0: held at once.</summary>
    public int FreeExports { get; set; } = 3;

    /// <summary>How many rows are held at first, whose changers wait while they are written; at least 1. More or fewer by how long it took.</summary>
    public int HeldRows { get; set; } = 20_000;

    /// <summary>How long rows are held at most before they are let go again.</summary>
    public TimeSpan LongestHold { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a query may run: so long a file must stay after the commit that dropped it. QUERY_TIMEOUT.</summary>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much longer than <see cref="QueryTimeout"/> dropped files stay.</summary>
    public TimeSpan DroppedFileMargin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often files are deleted whose time has come.</summary>
    public TimeSpan DroppedFileInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old snapshots become before they expire, where neither the table's setting nor its properties say; at least 1. SNAPSHOT_RETENTION_DAYS.</summary>
    public int SnapshotRetentionDays { get; set; } = 30;

    /// <summary>How long a snapshot stays after another has taken its place, however old it is by then: for what other engines began to read before.</summary>
    public TimeSpan SupersededSnapshotAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often each table is maintained.</summary>
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether maintenance rewrites files where a table does not say. COMPACTION_ENABLED.</summary>
    public bool CompactionEnabled { get; set; } = true;

    /// <summary>How large compaction makes files where neither a table's setting nor its properties say; 1 to 2,048.</summary>
    public int TargetFileSizeMb { get; set; } = 512;

    /// <summary>How old a file must be that nothing names before it is removed: older than any move, load or commit takes.</summary>
    public TimeSpan OrphanAge { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How often days of cold tables are verified in the background, by all processes together; verifying takes a tenth of the time at most.</summary>
    public TimeSpan VerificationInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Days that share files of more bytes than these are verified one by one instead of together; at least 1.</summary>
    public long VerificationMaxBytes { get; set; } = 1L << 30;
}
