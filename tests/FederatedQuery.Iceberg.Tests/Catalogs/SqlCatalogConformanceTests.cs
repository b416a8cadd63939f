using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Catalogs;

public class SqlCatalogConformanceTests(PostgresFixture postgres) : CatalogConformanceTests, IClassFixture<PostgresFixture>
{
    private CatalogFixture _fixture = null!; // set before each test

    protected override ObjectStoreRegistry Stores => _fixture.Stores;

    public override async Task InitializeAsync()
    {
        _fixture = await CatalogFixture.CreateAsync(postgres);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync() => await _fixture.DisposeAsync();

    protected override async Task<ICatalog> OpenAsync() => await _fixture.OpenAsync();
}
