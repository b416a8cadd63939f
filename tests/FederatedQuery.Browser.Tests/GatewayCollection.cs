using FederatedQuery.Testing;

namespace FederatedQuery.Browser.Tests;

/// <summary>One browser and one gateway with demo data for all tests.</summary>
[CollectionDefinition(Name)]
public sealed class GatewayCollection : ICollectionFixture<Chromium>, ICollectionFixture<DemoGateway>
{
    public const string Name = "gateway";
}
