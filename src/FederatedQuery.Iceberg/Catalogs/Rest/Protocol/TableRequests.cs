using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>Creates a table, or gives the first metadata of one that a later commit creates.</summary>
public sealed record CreateTableRequest : IRestMessage<CreateTableRequest>
{
    private const string Where = "the request";

    public required string Name { get; init; }

    /// <summary>Null: the server chooses.</summary>
    public string? Location { get; init; }

    /// <summary>The server gives the fields ids of its own.</summary>
    public required Schema Schema { get; init; }

    public PartitionSpec PartitionSpec { get; init; } = PartitionSpec.Unpartitioned;

    public SortOrder WriteOrder { get; init; } = SortOrder.Unsorted;

    public bool StageCreate { get; init; }

    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    public static CreateTableRequest Read(JsonElement json) => new()
    {
        Name = json.RequiredString("name", Where),
        Location = json.OptionalString("location", Where),
        Schema = SchemaJson.Read(json.Required("schema", Where)),
        PartitionSpec = json.Optional("partition-spec") is { } spec ? PartitionSpecJson.Read(spec, defaultSpecId: 0) : PartitionSpec.Unpartitioned,
        WriteOrder = json.Optional("write-order") is { } order ? SortOrderJson.Read(order) : SortOrder.Unsorted,
        StageCreate = json.OptionalBoolean("stage-create", Where) ?? false,
        Properties = json.OptionalStringMap("properties", Where),
    };

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        if (Location is not null)
        {
            writer.WriteString("location", Location);
        }

        writer.WritePropertyName("schema");
        SchemaJson.Write(writer, Schema);
        writer.WritePropertyName("partition-spec");
        PartitionSpecJson.Write(writer, PartitionSpec);
        writer.WritePropertyName("write-order");
        SortOrderJson.Write(writer, WriteOrder);
        writer.WriteBoolean("stage-create", StageCreate);
        writer.WritePropertyName("properties");
        writer.WriteStringMap(Properties);
        writer.WriteEndObject();
    }
}

/// <param name="Overwrite">Whether a table of that name gets the metadata; else it is an error that there is one.</param>
public sealed record RegisterTableRequest(string Name, string MetadataLocation, bool Overwrite = false) : IRestMessage<RegisterTableRequest>
{
    private const string Where = "the request";

    public static RegisterTableRequest Read(JsonElement json) => new(
        json.RequiredString("name", Where), json.RequiredString("metadata-location", Where), json.OptionalBoolean("overwrite", Where) ?? false);

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteString("metadata-location", MetadataLocation);
        writer.WriteBoolean("overwrite", Overwrite);
        writer.WriteEndObject();
    }
}

public sealed record RenameTableRequest(TableIdentifier Source, TableIdentifier Destination) : IRestMessage<RenameTableRequest>
{
    public static RenameTableRequest Read(JsonElement json) => new(
        RestNames.ReadIdentifier(json.Required("source", "the request"), "'source' of the request"),
        RestNames.ReadIdentifier(json.Required("destination", "the request"), "'destination' of the request"));

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WritePropertyName("source");
        RestNames.WriteIdentifier(writer, Source);
        writer.WritePropertyName("destination");
        RestNames.WriteIdentifier(writer, Destination);
        writer.WriteEndObject();
    }
}

/// <summary>A commit: what must hold of the table, and what to change.</summary>
public sealed record CommitTableRequest : IRestMessage<CommitTableRequest>
{
    private const string Where = "the commit";

    /// <summary>Required in transactions; elsewhere the path says it.</summary>
    public TableIdentifier? Identifier { get; init; }

    public required ImmutableArray<TableRequirement> Requirements { get; init; }

    public required ImmutableArray<TableUpdate> Updates { get; init; }

    public static CommitTableRequest Read(JsonElement json) => new()
    {
        Identifier = json.Optional("identifier") is { } identifier ? RestNames.ReadIdentifier(identifier, "'identifier' of the commit") : null,
        Requirements = [.. json.RequiredArray("requirements", Where).Select(TableRequirementJson.Read)],
        Updates = [.. json.RequiredArray("updates", Where).Select(TableUpdateJson.Read)],
    };

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        if (Identifier is not null)
        {
            writer.WritePropertyName("identifier");
            RestNames.WriteIdentifier(writer, Identifier);
        }

        writer.WriteArray("requirements", Requirements, TableRequirementJson.Write);
        writer.WriteArray("updates", Updates, TableUpdateJson.Write);
        writer.WriteEndObject();
    }
}

/// <summary>Commits to several tables, all or none.</summary>
public sealed record CommitTransactionRequest(ImmutableArray<CommitTableRequest> TableChanges) : IRestMessage<CommitTransactionRequest>
{
    public static CommitTransactionRequest Read(JsonElement json) =>
        new([.. json.RequiredArray("table-changes", "the request").Select(CommitTableRequest.Read)]);

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteArray("table-changes", TableChanges, (w, change) => change.Write(w));
        writer.WriteEndObject();
    }
}
