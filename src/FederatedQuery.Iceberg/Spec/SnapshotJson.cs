using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Snapshots, references to them and their statistics as JSON (spec: Appendix C, Table Metadata and Snapshots).</summary>
internal static class SnapshotJson
{
    /// <exception cref="IcebergException">The JSON is not a snapshot.</exception>
    public static Snapshot Read(JsonElement snapshot)
    {
        var id = snapshot.RequiredSnapshotId("snapshot-id", "a snapshot");
        var where = $"snapshot {id}";
        var manifestList = snapshot.OptionalString("manifest-list", where);
        var manifests = manifestList is null && snapshot.Optional("manifests") is not null
            ? ImmutableArray.CreateRange(snapshot.RequiredArray("manifests", where).Select(m => m.AsString("manifests", where)))
            : [];
        if (manifestList is null && manifests.IsEmpty && snapshot.Optional("manifests") is null)
        {
            throw IcebergException.InvalidMetadata($"Snapshot {id} has no 'manifest-list', which is required.");
        }

        return new Snapshot
        {
            SnapshotId = id,
            ParentSnapshotId = snapshot.OptionalSnapshotId("parent-snapshot-id", where) is { } parent and not -1 ? parent : null,
            // Tables upgraded from v1 keep snapshots without one.
            SequenceNumber = snapshot.OptionalLong("sequence-number", where) ?? 0,
            TimestampMs = snapshot.RequiredLong("timestamp-ms", where),
            ManifestList = manifestList,
            Manifests = manifests,
            Summary = snapshot.OptionalStringMap("summary", where),
            SchemaId = snapshot.OptionalInt("schema-id", where),
            FirstRowId = snapshot.OptionalLong("first-row-id", where),
            AddedRows = snapshot.OptionalLong("added-rows", where),
            KeyId = snapshot.OptionalString("key-id", where),
        };
    }

    /// <exception cref="IcebergException">The JSON is not a branch or tag.</exception>
    public static SnapshotRef ReadRef(string name, JsonElement json)
    {
        var where = $"reference '{name}'";
        var type = json.RequiredString("type", where).ToLowerInvariant() switch
        {
            "branch" => SnapshotRefType.Branch,
            "tag" => SnapshotRefType.Tag,
            _ => throw JsonElementExtensions.Wrong(json.Required("type", where), "type", where, "branch or tag"),
        };
        return new SnapshotRef(json.RequiredSnapshotId("snapshot-id", where), type)
        {
            MinSnapshotsToKeep = json.OptionalInt("min-snapshots-to-keep", where),
            MaxSnapshotAgeMs = json.OptionalLong("max-snapshot-age-ms", where),
            MaxRefAgeMs = json.OptionalLong("max-ref-age-ms", where),
        };
    }

    /// <exception cref="IcebergException">The JSON is not a statistics file.</exception>
    public static StatisticsFile ReadStatistics(JsonElement json)
    {
        const string statistics = "a statistics file";
        return new StatisticsFile(
            json.RequiredSnapshotId("snapshot-id", statistics),
            json.RequiredString("statistics-path", statistics),
            json.RequiredLong("file-size-in-bytes", statistics),
            json.Clone());
    }

    public static void Write(Utf8JsonWriter writer, Snapshot snapshot)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence-number", snapshot.SequenceNumber);
        writer.WriteNumber("snapshot-id", snapshot.SnapshotId);
        writer.WriteOptional("parent-snapshot-id", snapshot.ParentSnapshotId);
        writer.WriteNumber("timestamp-ms", snapshot.TimestampMs);
        if (!snapshot.Summary.IsEmpty)
        {
            writer.WritePropertyName("summary");
            writer.WriteStringMap(snapshot.Summary);
        }

        if (snapshot.ManifestList is not null)
        {
            writer.WriteString("manifest-list", snapshot.ManifestList);
        }
        else
        {
            writer.WriteStartArray("manifests");
            foreach (var location in snapshot.Manifests)
            {
                writer.WriteStringValue(location);
            }

            writer.WriteEndArray();
        }

        writer.WriteOptional("schema-id", snapshot.SchemaId);
        writer.WriteOptional("first-row-id", snapshot.FirstRowId);
        writer.WriteOptional("added-rows", snapshot.AddedRows);
        if (snapshot.KeyId is not null)
        {
            writer.WriteString("key-id", snapshot.KeyId);
        }

        writer.WriteEndObject();
    }

    public static void WriteRef(Utf8JsonWriter writer, SnapshotRef reference)
    {
        writer.WriteStartObject();
        WriteRefMembers(writer, reference);
        writer.WriteEndObject();
    }

    public static void WriteRefMembers(Utf8JsonWriter writer, SnapshotRef reference)
    {
        writer.WriteNumber("snapshot-id", reference.SnapshotId);
        writer.WriteString("type", reference.Type == SnapshotRefType.Branch ? "branch" : "tag");
        writer.WriteOptional("min-snapshots-to-keep", reference.MinSnapshotsToKeep);
        writer.WriteOptional("max-snapshot-age-ms", reference.MaxSnapshotAgeMs);
        writer.WriteOptional("max-ref-age-ms", reference.MaxRefAgeMs);
    }
}
