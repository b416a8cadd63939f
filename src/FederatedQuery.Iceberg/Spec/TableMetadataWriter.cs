using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Writes metadata of format version 2 or 3, members in the order of the specification's table.</summary>
internal static class TableMetadataWriter
{
    public static void Write(Utf8JsonWriter writer, TableMetadata metadata)
    {
        writer.WriteStartObject();
        writer.WriteNumber("format-version", metadata.FormatVersion);
        writer.WriteString("table-uuid", metadata.TableUuid);
        writer.WriteString("location", metadata.Location);
        writer.WriteNumber("last-sequence-number", metadata.LastSequenceNumber);
        writer.WriteNumber("last-updated-ms", metadata.LastUpdatedMs);
        writer.WriteNumber("last-column-id", metadata.LastColumnId);
        writer.WriteNumber("current-schema-id", metadata.CurrentSchemaId);
        WriteArray(writer, "schemas", metadata.Schemas, SchemaJson.Write);
        writer.WriteNumber("default-spec-id", metadata.DefaultSpecId);
        WriteArray(writer, "partition-specs", metadata.PartitionSpecs, PartitionSpecJson.Write);
        writer.WriteNumber("last-partition-id", metadata.LastPartitionId);
        writer.WriteNumber("default-sort-order-id", metadata.DefaultSortOrderId);
        WriteArray(writer, "sort-orders", metadata.SortOrders.IsEmpty ? [SortOrder.Unsorted] : metadata.SortOrders, SortOrderJson.Write);
        writer.WritePropertyName("properties");
        WriteStringMap(writer, metadata.Properties);

        // Null rather than left out: readers in Java of some versions require the member.
        if (metadata.CurrentSnapshotId is { } current)
        {
            writer.WriteNumber("current-snapshot-id", current);
        }
        else
        {
            writer.WriteNull("current-snapshot-id");
        }

        if (metadata.NextRowId is { } nextRowId)
        {
            writer.WriteNumber("next-row-id", nextRowId);
        }

        writer.WriteStartObject("refs");
        foreach (var (name, reference) in metadata.Refs)
        {
            writer.WritePropertyName(name);
            WriteRef(writer, reference);
        }

        writer.WriteEndObject();
        WriteArray(writer, "snapshots", metadata.Snapshots, WriteSnapshot);
        WriteArray(writer, "statistics", metadata.Statistics, (w, file) => file.Json.WriteTo(w));
        WriteArray(writer, "partition-statistics", metadata.PartitionStatistics, (w, file) => file.Json.WriteTo(w));
        WriteArray(writer, "snapshot-log", metadata.SnapshotLog, (w, entry) =>
        {
            w.WriteStartObject();
            w.WriteNumber("timestamp-ms", entry.TimestampMs);
            w.WriteNumber("snapshot-id", entry.SnapshotId);
            w.WriteEndObject();
        });
        WriteArray(writer, "metadata-log", metadata.MetadataLog, (w, entry) =>
        {
            w.WriteStartObject();
            w.WriteNumber("timestamp-ms", entry.TimestampMs);
            w.WriteString("metadata-file", entry.MetadataFile);
            w.WriteEndObject();
        });
        foreach (var (name, value) in metadata.OtherFields)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteSnapshot(Utf8JsonWriter writer, Snapshot snapshot)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence-number", snapshot.SequenceNumber);
        writer.WriteNumber("snapshot-id", snapshot.SnapshotId);
        WriteOptional(writer, "parent-snapshot-id", snapshot.ParentSnapshotId);
        writer.WriteNumber("timestamp-ms", snapshot.TimestampMs);
        if (!snapshot.Summary.IsEmpty)
        {
            writer.WritePropertyName("summary");
            WriteStringMap(writer, snapshot.Summary);
        }

        if (snapshot.ManifestList is not null)
        {
            writer.WriteString("manifest-list", snapshot.ManifestList);
        }
        else
        {
            WriteArray(writer, "manifests", snapshot.Manifests, (w, location) => w.WriteStringValue(location));
        }

        WriteOptional(writer, "schema-id", snapshot.SchemaId);
        WriteOptional(writer, "first-row-id", snapshot.FirstRowId);
        WriteOptional(writer, "added-rows", snapshot.AddedRows);
        if (snapshot.KeyId is not null)
        {
            writer.WriteString("key-id", snapshot.KeyId);
        }

        writer.WriteEndObject();
    }

    private static void WriteRef(Utf8JsonWriter writer, SnapshotRef reference)
    {
        writer.WriteStartObject();
        writer.WriteNumber("snapshot-id", reference.SnapshotId);
        writer.WriteString("type", reference.Type == SnapshotRefType.Branch ? "branch" : "tag");
        WriteOptional(writer, "min-snapshots-to-keep", reference.MinSnapshotsToKeep);
        WriteOptional(writer, "max-snapshot-age-ms", reference.MaxSnapshotAgeMs);
        WriteOptional(writer, "max-ref-age-ms", reference.MaxRefAgeMs);
        writer.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void WriteStringMap(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> map)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }
}
