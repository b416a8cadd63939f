using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Catalogs.Rest;

/// <summary>Over HTTP, with a prefix and short pages. The gateway as the server is in its functional tests.</summary>
public class RestCatalogConformanceTests : CatalogConformanceTests
{
    private TestRestServer _server = null!; // set before each test

    protected override ObjectStoreRegistry Stores => _server.Stores;

    public override async Task InitializeAsync()
    {
        _server = await TestRestServer.StartAsync();
        _server.Config = new() { Overrides = ImmutableDictionary<string, string>.Empty.Add("prefix", "catalogs/main") };
        (_server.Prefix, _server.PageSize) = ("catalogs/main", 1);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync() => await _server.DisposeAsync();

    protected override Task<ICatalog> OpenAsync() =>
        Task.FromResult<ICatalog>(new RestCatalog(new RestCatalogOptions { Uri = _server.Address }, Stores, TimeProvider.System));
}
