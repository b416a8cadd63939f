namespace FederatedQuery.Logs.Ingest;

/// <summary>What a record must keep to.</summary>
internal sealed class LogLimits(LogIngestOptions options, TimeProvider time)
{
    public int MaxRecordBytes { get; } = options.MaxRecordBytes;

    public int MaxMetadataBytes { get; } = options.MaxMetadataBytes;

    public TimeSpan MaxAhead { get; } = options.MaxAhead;

    public TimeProvider Time => time;

    /// <summary>How old a record may be: older ones would be deleted from the cold tier at once. Follows the table's setting.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(730);

    public int MaxBytes(LogField field) => field switch
    {
        LogField.Message => MaxRecordBytes,
        LogField.Level => options.MaxLevelBytes,
        _ => options.MaxFieldBytes,
    };
}
