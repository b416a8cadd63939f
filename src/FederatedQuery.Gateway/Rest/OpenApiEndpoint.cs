using FederatedQuery.Gateway.Access;

namespace FederatedQuery.Gateway.Rest;

/// <summary><c>GET /openapi.json</c>: the REST endpoints, with examples; a test sees to it that all are there and that the examples run.</summary>
internal static class OpenApiEndpoint
{
    private const string Resource = "openapi.json";

    private static readonly Lazy<byte[]> Document = new(Read);

    public static void MapOpenApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/openapi.json", () => Results.Bytes(Document.Value, "application/json; charset=utf-8")).ForAnyone();

    internal static System.Text.Json.JsonDocument Parse() => System.Text.Json.JsonDocument.Parse(Document.Value);

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream(Resource)!;
        var document = new byte[stream.Length];
        stream.ReadExactly(document);
        return document;
    }
}
