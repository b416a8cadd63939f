using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

/// <summary>Our client of REST catalogs against our own server in another process.</summary>
[Collection(RestCollection.Name)]
public class GatewayCatalogConformanceTests(RestGateway gateway) : CatalogConformanceTests
{
    protected override ObjectStoreRegistry Stores => ObjectStoreRegistry.ForFolder(gateway.Warehouse, TimeProvider.System);

    protected override Task<ICatalog> OpenAsync() => Task.FromResult<ICatalog>(new RestCatalog(
        new RestCatalogOptions { Uri = new Uri(gateway.CatalogAddress), Warehouse = gateway.Warehouse }, Stores, TimeProvider.System));
}
