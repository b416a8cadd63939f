using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>A namespace and its properties: CreateNamespaceRequest, CreateNamespaceResponse and GetNamespaceResponse, which look the same.</summary>
/// <param name="Namespace">Levels divided by dots.</param>
public sealed record NamespaceWithProperties(string Namespace, ImmutableDictionary<string, string> Properties) : IRestMessage<NamespaceWithProperties>
{
    public static NamespaceWithProperties Read(JsonElement json) =>
        new(RestNames.ReadNamespace(json, "namespace", "a namespace"), json.OptionalStringMap("properties", "a namespace"));

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WritePropertyName("namespace");
        RestNames.WriteNamespace(writer, Namespace);
        writer.WritePropertyName("properties");
        writer.WriteStringMap(Properties);
        writer.WriteEndObject();
    }
}

/// <summary>Properties to set and keys to remove; no key may be in both.</summary>
public sealed record UpdateNamespacePropertiesRequest(ImmutableArray<string> Removals, ImmutableDictionary<string, string> Updates)
    : IRestMessage<UpdateNamespacePropertiesRequest>
{
    private const string Where = "the request";

    public static UpdateNamespacePropertiesRequest Read(JsonElement json)
    {
        RestJson.RequireObject(json, Where);
        return new UpdateNamespacePropertiesRequest(json.OptionalStringArray("removals", Where), json.OptionalStringMap("updates", Where));
    }

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteStringArray("removals", Removals);
        writer.WritePropertyName("updates");
        writer.WriteStringMap(Updates);
        writer.WriteEndObject();
    }
}

/// <param name="Missing">Keys to be removed that were not there.</param>
public sealed record UpdateNamespacePropertiesResponse(ImmutableArray<string> Updated, ImmutableArray<string> Removed, ImmutableArray<string> Missing)
    : IRestMessage<UpdateNamespacePropertiesResponse>
{
    private const string Where = "the response";

    public static UpdateNamespacePropertiesResponse Read(JsonElement json)
    {
        RestJson.RequireObject(json, Where);
        return new UpdateNamespacePropertiesResponse(
            json.OptionalStringArray("updated", Where), json.OptionalStringArray("removed", Where), json.OptionalStringArray("missing", Where));
    }

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteStringArray("updated", Updated);
        writer.WriteStringArray("removed", Removed);
        writer.WriteStringArray("missing", Missing);
        writer.WriteEndObject();
    }
}

/// <param name="Namespaces">Read without those that this library cannot name.</param>
/// <param name="NextPageToken">Null on the last page and without paging.</param>
public sealed record ListNamespacesResponse(ImmutableArray<string> Namespaces, string? NextPageToken) : IRestMessage<ListNamespacesResponse>
{
    private const string Where = "the list of namespaces";

    public static ListNamespacesResponse Read(JsonElement json)
    {
        RestJson.RequireObject(json, Where);
        var namespaces = json.Optional("namespaces") is null
            ? []
            : json.RequiredArray("namespaces", Where).Select(levels => levels.ValueKind == JsonValueKind.Array
                ? RestNames.TryName(() => RestNames.Namespace([.. levels.EnumerateArray().Select(level => level.AsString("namespaces", Where))]))
                : throw JsonElementExtensions.Wrong(levels, "namespaces", Where, "an array of arrays"));
        return new ListNamespacesResponse([.. namespaces.OfType<string>()], json.OptionalString("next-page-token", Where));
    }

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("next-page-token", NextPageToken);
        writer.WriteStartArray("namespaces");
        foreach (var @namespace in Namespaces)
        {
            RestNames.WriteNamespace(writer, @namespace);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
