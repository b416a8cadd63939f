using System.Text.Json.Serialization;

namespace FederatedQuery.Gateway.Health;

/// <summary>The state of every part, as <c>/health/ready</c> gives it.</summary>
internal sealed record HealthReport(string Status, IReadOnlyDictionary<string, PartHealth> Parts)
{
    public const string Up = "up";
    public const string Down = "down";

    [JsonIgnore]
    public bool IsReady => Status == Up;
}

/// <param name="Error">Why the part is down; absent when it is up.</param>
internal sealed record PartHealth(
    string Status, double Milliseconds, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
