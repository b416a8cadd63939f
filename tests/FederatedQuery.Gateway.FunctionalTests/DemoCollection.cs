using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

[CollectionDefinition(Name)]
public sealed class DemoCollection : ICollectionFixture<DemoGateway>
{
    public const string Name = "demo";
}
