namespace FederatedQuery.Gateway.Settings;

/// <summary>How log records are taken in.</summary>
/// <param name="Enabled">LOGS_ENABLED.</param>
/// <param name="QueueMaxBytes">LOGS_QUEUE_MAX_BYTES.</param>
/// <param name="MinimumFreeBytes">LOGS_MIN_FREE_BYTES.</param>
/// <param name="MaxRecordBytes">LOGS_MAX_RECORD_BYTES.</param>
/// <param name="MaxBodyBytes">LOGS_MAX_BODY_BYTES: of a request, as it is sent and decompressed.</param>
internal sealed record LogSettings(bool Enabled, long QueueMaxBytes, long MinimumFreeBytes, int MaxRecordBytes, int MaxBodyBytes)
{
    public static LogSettings Default { get; } = new(true, 1L << 30, 256L << 20, 1 << 20, 32 << 20);
}
