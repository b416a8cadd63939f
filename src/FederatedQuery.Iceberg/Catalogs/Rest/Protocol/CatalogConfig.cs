using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>What a server tells every client first.</summary>
public sealed record CatalogConfig : IRestMessage<CatalogConfig>
{
    private const string Where = "the catalog configuration";

    /// <summary>Properties that the client's own override.</summary>
    public ImmutableDictionary<string, string> Defaults { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Properties that override the client's own.</summary>
    public ImmutableDictionary<string, string> Overrides { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Such as <c>GET /v1/{prefix}/namespaces</c>. Null: the server does not say, and the API's default set is assumed.</summary>
    public ImmutableArray<string>? Endpoints { get; init; }

    /// <summary>ISO 8601, such as <c>PT30M</c>. Null: the server does not heed Idempotency-Key.</summary>
    public string? IdempotencyKeyLifetime { get; init; }

    public static CatalogConfig Read(JsonElement json)
    {
        json.Required("defaults", Where);
        json.Required("overrides", Where);
        return new CatalogConfig
        {
            Defaults = json.OptionalStringMap("defaults", Where),
            Overrides = json.OptionalStringMap("overrides", Where),
            Endpoints = json.Optional("endpoints") is null
                ? null
                : [.. json.RequiredArray("endpoints", Where).Select(endpoint => endpoint.AsString("endpoints", Where))],
            IdempotencyKeyLifetime = json.OptionalString("idempotency-key-lifetime", Where),
        };
    }

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WritePropertyName("defaults");
        writer.WriteStringMap(Defaults);
        writer.WritePropertyName("overrides");
        writer.WriteStringMap(Overrides);
        if (Endpoints is { } endpoints)
        {
            writer.WriteStringArray("endpoints", endpoints);
        }

        if (IdempotencyKeyLifetime is not null)
        {
            writer.WriteString("idempotency-key-lifetime", IdempotencyKeyLifetime);
        }

        writer.WriteEndObject();
    }
}
