using System.Text.Json;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace FederatedQuery.Gateway.Tests.Rest;

public class OpenApiTests
{
    /// <summary>Described elsewhere: GraphQL by its schema, metrics by the format of Prometheus, the catalog by Iceberg's specification, and what shippers ask of Elasticsearch by its own documentation.</summary>
    private static readonly string[] Elsewhere = ["/graphql", "/metrics", "/graphql/assets", "/graphql/favicon", "/iceberg", "/_", "/favicon"];

    [Fact]
    public void Document_EveryRestEndpoint_IsInIt()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGateway(TestSettings.ReadRight());
        using var app = builder.Build();
        GatewayHost.MapEndpoints(app);
        var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true })
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (Path: PathOf(endpoint), method)))
            .Where(route => route.method is "GET" or "POST" && !IsElsewhere(route.Path))
            .ToHashSet();

        var described = Operations().Select(operation => (operation.Path, operation.Method)).ToHashSet();

        Assert.Empty(mapped.Except(described));
        described.Remove(("/graphql/schema", "GET"));
        Assert.Empty(described.Except(mapped));
    }

    [Fact]
    public void Document_References_AreThere()
    {
        var document = OpenApiEndpoint.Parse();
        var references = new List<string>();
        Collect(document.RootElement, references);

        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            var found = document.RootElement;
            foreach (var step in reference.TrimStart('#', '/').Split('/'))
            {
                Assert.True(found.TryGetProperty(step, out found), reference);
            }
        });
        Assert.Equal(Operations().Count(), Operations().Select(operation => operation.Description.GetProperty("operationId").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Document_ByAnIndependentValidator_IsOpenApiAndItsExamplesHaveItsShapes() =>
        Assert.Equal("[]", await NodeScript.RunAsync("openapi.js", OpenApiEndpoint.Parse().RootElement.GetRawText()));

    private static IEnumerable<(string Path, string Method, JsonElement Description)> Operations() =>
        from path in OpenApiEndpoint.Parse().RootElement.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Name.ToUpperInvariant(), operation.Value);

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static bool IsElsewhere(string path) =>
        Elsewhere.Any(known => path == known || path.StartsWith(known.EndsWith('_') ? known : known + "/", StringComparison.Ordinal)) && path is not ("/_bulk" or "/graphql/schema/refresh");

    private static void Collect(JsonElement element, List<string> references)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if (member.Name == "$ref")
                    {
                        references.Add(member.Value.GetString()!);
                    }

                    Collect(member.Value, references);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, references);
                }

                break;
        }
    }
}
