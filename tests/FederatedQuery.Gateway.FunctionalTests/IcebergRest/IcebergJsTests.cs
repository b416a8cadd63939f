using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

[Collection(RestCollection.Name)]
public class IcebergJsTests(RestGateway gateway)
{
    [Fact]
    public async Task EveryCall_OfIcebergJs_IsAnsweredAsItExpects()
    {
        var calls = JsonDocument.Parse(await NodeScript.RunAsync("iceberg-js.js", string.Empty, gateway.CatalogAddress)).RootElement;

        Assert.Contains("registerTableResult", calls.EnumerateArray().Select(call => call.GetString()));
    }
}
