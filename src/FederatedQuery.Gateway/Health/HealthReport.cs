using System.Text.Json.Serialization;
using FederatedQuery.Cold.Files.Caching;

namespace FederatedQuery.Gateway.Health;

/// <summary>The state of every part, as <c>/health/ready</c> gives it.</summary>
/// <param name="Verification">Null: not known, since PostgreSQL does not answer.</param>
/// <param name="Analytics">Null: the analytics integration is off, or PostgreSQL does not answer.</param>
/// <param name="Ingest">Log ingest.</param>
/// <param name="Cache">Cold files on local disk. Null: nothing has been read from an object store.</param>
internal sealed record HealthReport(
    string Status,
    IReadOnlyDictionary<string, PartHealth> Parts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VerificationHealth? Verification = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AnalyticsHealth? Analytics = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IngestHealth? Ingest = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DataFileCacheState? Cache = null)
{
    public const string Up = "up";
    public const string Down = "down";

    /// <summary>Of several tenants some are served and some are not.</summary>
    public const string Degraded = "degraded";

    /// <summary>The gateway does not take requests yet.</summary>
    public const string Starting = "starting";

    /// <summary>The gateway was told to stop: requests should go elsewhere.</summary>
    public const string Stopping = "stopping";

    [JsonIgnore]
    public bool IsReady => Status == Up;
}

/// <summary>
/// What verification has found and has not seen put right. It does not make a gateway unready: another one would answer from the same rows, and a balancer that takes
/// all of them out helps nobody.
/// </summary>
/// <param name="Violations">Open ones, of all tables.</param>
internal sealed record VerificationHealth(long Violations);

/// <summary>How the second catalog keeps up. As with verification, a gateway is ready whether it does or not.</summary>
/// <param name="Tables">That are registered or to be.</param>
/// <param name="Failing">Of those, the ones whose last attempt failed.</param>
/// <param name="Error">Of one of them; absent when there is none.</param>
internal sealed record AnalyticsHealth(int Tables, int Failing, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);

/// <summary>How log ingest stands. A gateway whose ingest is off or behind still answers queries, so it is ready.</summary>
/// <param name="Status">Up, or down when records are refused or do not get stored.</param>
/// <param name="QueuedRecords">Acknowledged, and not stored yet.</param>
/// <param name="QueuedBytes">Of records that are not stored yet.</param>
/// <param name="OldestQueuedSeconds">How long the oldest of them has been waiting.</param>
/// <param name="Error">Why it is down; absent when it is up.</param>
internal sealed record IngestHealth(
    string Status, long QueuedRecords, long QueuedBytes, double OldestQueuedSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);

/// <param name="Error">Why the part is down; absent when it is up.</param>
internal sealed record PartHealth(
    string Status, double Milliseconds, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
