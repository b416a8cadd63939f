using System.Text.Json.Serialization;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>What is kept beside each file of the cache, as <c>NAME.json</c>: enough to use it after a restart.</summary>
internal sealed record StoredFile
{
    public required string Location { get; init; }

    /// <summary>The object's.</summary>
    public required long ObjectLength { get; init; }

    public required string ETag { get; init; }

    /// <summary>Null: the whole object.</summary>
    public IReadOnlyList<int>? FieldIds { get; init; }

    public IReadOnlyList<int>? RowGroups { get; init; }

    /// <summary>The file's own.</summary>
    public required long FileLength { get; init; }

    /// <summary>CRC-32C of the file.</summary>
    public required uint Checksum { get; init; }

    [JsonIgnore]
    public FilePart Part => new(Location, ObjectLength, FieldIds, RowGroups);
}

[JsonSerializable(typeof(StoredFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
internal sealed partial class StoredFileJson : JsonSerializerContext;
