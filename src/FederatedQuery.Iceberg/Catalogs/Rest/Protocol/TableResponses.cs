using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>
/// A table as loaded, created or registered (LoadTableResult). CommitTableResponse and UnregisterTableResult are its first two members and read as it.
/// </summary>
public sealed record LoadTableResult : IRestMessage<LoadTableResult>
{
    private const string Where = "the table";

    /// <summary>Null: the table is staged and not yet committed.</summary>
    public string? MetadataLocation { get; init; }

    public required TableMetadata Metadata { get; init; }

    /// <summary>Properties for this table that override the catalog's.</summary>
    public ImmutableDictionary<string, string> Config { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableArray<StorageCredential> StorageCredentials { get; init; } = [];

    public static LoadTableResult Read(JsonElement json) => new()
    {
        MetadataLocation = json.OptionalString("metadata-location", Where),
        Metadata = TableMetadata.Read(json.Required("metadata", Where)),
        Config = json.OptionalStringMap("config", Where),
        StorageCredentials = json.Optional("storage-credentials") is null
            ? []
            : [.. json.RequiredArray("storage-credentials", Where).Select(StorageCredential.Read)],
    };

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        if (MetadataLocation is not null)
        {
            writer.WriteString("metadata-location", MetadataLocation);
        }

        writer.WritePropertyName("metadata");
        Metadata.WriteMessage(writer);
        if (!Config.IsEmpty)
        {
            writer.WritePropertyName("config");
            writer.WriteStringMap(Config);
        }

        if (!StorageCredentials.IsEmpty)
        {
            writer.WriteArray("storage-credentials", StorageCredentials, (w, credential) => credential.Write(w));
        }

        writer.WriteEndObject();
    }
}

/// <param name="Identifiers">Read without those that this library cannot name.</param>
/// <param name="NextPageToken">Null on the last page and without paging.</param>
public sealed record ListTablesResponse(ImmutableArray<TableIdentifier> Identifiers, string? NextPageToken) : IRestMessage<ListTablesResponse>
{
    private const string Where = "the list of tables";

    public static ListTablesResponse Read(JsonElement json)
    {
        RestJson.RequireObject(json, Where);
        return new ListTablesResponse(
            json.Optional("identifiers") is null
                ? []
                : [.. json.RequiredArray("identifiers", Where).Select(identifier => RestNames.TryName(() => RestNames.ReadIdentifier(identifier, "a table's identifier"))).OfType<TableIdentifier>()],
            json.OptionalString("next-page-token", Where));
    }

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("next-page-token", NextPageToken);
        writer.WriteArray("identifiers", Identifiers, RestNames.WriteIdentifier);
        writer.WriteEndObject();
    }
}

/// <summary>Credentials for the objects below a location; the longest prefix that fits counts.</summary>
public sealed record StorageCredential(string Prefix, ImmutableDictionary<string, string> Config) : IRestMessage<StorageCredential>
{
    public static StorageCredential Read(JsonElement json) =>
        new(json.RequiredString("prefix", "a storage credential"), json.RequiredStringMap("config", "a storage credential"));

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("prefix", Prefix);
        writer.WritePropertyName("config");
        writer.WriteStringMap(Config);
        writer.WriteEndObject();
    }

    // Keys of the configuration are secrets.
    public override string ToString() => $"{nameof(StorageCredential)} {{ {nameof(Prefix)} = {Prefix} }}";
}

public sealed record LoadCredentialsResponse(ImmutableArray<StorageCredential> StorageCredentials) : IRestMessage<LoadCredentialsResponse>
{
    public static LoadCredentialsResponse Read(JsonElement json) =>
        new([.. json.RequiredArray("storage-credentials", "the response").Select(StorageCredential.Read)]);

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteArray("storage-credentials", StorageCredentials, (w, credential) => credential.Write(w));
        writer.WriteEndObject();
    }
}
