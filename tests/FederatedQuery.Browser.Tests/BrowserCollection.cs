using FederatedQuery.Browser.Tests.Apollo;
using FederatedQuery.Testing;

namespace FederatedQuery.Browser.Tests;

/// <summary>One browser, one gateway with demo data and one server of the library for all tests.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>, ICollectionFixture<DemoGateway>, ICollectionFixture<LibraryHost>
{
    public const string Name = "browser";
}
