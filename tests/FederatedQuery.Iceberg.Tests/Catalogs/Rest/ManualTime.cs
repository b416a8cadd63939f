namespace FederatedQuery.Iceberg.Tests.Catalogs.Rest;

/// <summary>A clock that the test puts forward; timers run by the real one.</summary>
internal sealed class ManualTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;
}
