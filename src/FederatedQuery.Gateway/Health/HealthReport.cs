using System.Text.Json.Serialization;

namespace FederatedQuery.Gateway.Health;

/// <summary>The state of every part, as <c>/health/ready</c> gives it.</summary>
/// <param name="Verification">Null: not known, since PostgreSQL does not answer.</param>
internal sealed record HealthReport(
    string Status,
    IReadOnlyDictionary<string, PartHealth> Parts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VerificationHealth? Verification = null)
{
    public const string Up = "up";
    public const string Down = "down";

    [JsonIgnore]
    public bool IsReady => Status == Up;
}

/// <summary>
/// What verification has found and has not seen put right. It does not make a gateway unready: another one would answer from the same rows, and a balancer that takes
/// all of them out helps nobody.
/// </summary>
/// <param name="Violations">Open ones, of all tables.</param>
internal sealed record VerificationHealth(long Violations);

/// <param name="Error">Why the part is down; absent when it is up.</param>
internal sealed record PartHealth(
    string Status, double Milliseconds, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
