using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>The tables lie in a folder.</summary>
public sealed class LocalFixtureGateway : FixtureGateway
{
    protected override string? Missing => SharedMaterial.Missing;

    protected override Task<(string Place, IReadOnlyDictionary<string, string> Settings)> PrepareAsync() =>
        Task.FromResult((Folder, (IReadOnlyDictionary<string, string>)new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" }));
}
