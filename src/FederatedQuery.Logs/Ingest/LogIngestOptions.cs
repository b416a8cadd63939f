namespace FederatedQuery.Logs.Ingest;

/// <summary>How log records are taken in.</summary>
public sealed class LogIngestOptions
{
    /// <summary>False: no record is taken in, and the table is neither made nor looked after. LOGS_ENABLED.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Where the write-ahead logs lie, each in a folder of its own. <c>ingest</c> of DATA_DIRECTORY.</summary>
    public string Directory { get; set; } = Path.Combine(".data", "ingest");

    /// <summary>Bytes of records that wait to be stored in PostgreSQL; more are refused. LOGS_QUEUE_MAX_BYTES.</summary>
    public long QueueMaxBytes { get; set; } = 1L << 30;

    /// <summary>Bytes that stay free on the disk of <see cref="Directory"/>; records that would take them are refused. LOGS_MIN_FREE_BYTES.</summary>
    public long MinimumFreeBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of records in memory that wait to be written to disk; more are refused.</summary>
    public long PendingMaxBytes { get; set; } = 64L << 20;

    /// <summary>Bytes after which a new segment file begins.</summary>
    public long SegmentBytes { get; set; } = 64L << 20;

    /// <summary>Bytes of a record, all of its fields together; larger ones are rejected. LOGS_MAX_RECORD_BYTES.</summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;

    /// <summary>Bytes of a record's metadata; larger ones are rejected.</summary>
    public int MaxMetadataBytes { get; set; } = 256 << 10;

    /// <summary>Bytes of every other field but the message; longer ones are rejected. Indexes of PostgreSQL take no value of more than 2,700.</summary>
    public int MaxFieldBytes { get; set; } = 1024;

    /// <summary>Bytes of the level.</summary>
    public int MaxLevelBytes { get; set; } = 64;

    /// <summary>How far in the future a timestamp may lie.</summary>
    public TimeSpan MaxAhead { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Rows of a batch.</summary>
    public int BatchRows { get; set; } = 16_384;

    /// <summary>Bytes of a batch; a single larger frame is a batch by itself.</summary>
    public int BatchBytes { get; set; } = 8 << 20;

    /// <summary>How long records wait for others to make a batch with.</summary>
    public TimeSpan BatchDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Batches that are sent to PostgreSQL at the same time; at least 1.</summary>
    public int Writers { get; set; } = 2;

    /// <summary>How long a batch may take before its connection is given up.</summary>
    public TimeSpan BatchTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a stopping process goes on storing what is queued; the rest is stored when it starts again.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it is remembered which batch a record was stored in.</summary>
    public TimeSpan BatchHistory { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long after its last instant a day counts as closed, and its indexes are built.</summary>
    public TimeSpan CloseDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often it is looked for closed days, and old batches are forgotten.</summary>
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromMinutes(1);
}
