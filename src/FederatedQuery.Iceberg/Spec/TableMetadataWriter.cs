using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Writes metadata, members in the order of the specification's table. Files are of format version 2 or 3; messages of the REST catalog of any.
/// </summary>
internal static class TableMetadataWriter
{
    /// <param name="isMessage">For an answer of a REST catalog, whose schema allows no null for the current snapshot.</param>
    public static void Write(Utf8JsonWriter writer, TableMetadata metadata, bool isMessage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("format-version", metadata.FormatVersion);
        if (metadata.TableUuid is not null)
        {
            writer.WriteString("table-uuid", metadata.TableUuid);
        }

        writer.WriteString("location", metadata.Location);
        writer.WriteNumber("last-sequence-number", metadata.LastSequenceNumber);
        writer.WriteNumber("last-updated-ms", metadata.LastUpdatedMs);
        writer.WriteNumber("last-column-id", metadata.LastColumnId);
        writer.WriteNumber("current-schema-id", metadata.CurrentSchemaId);
        WriteArray(writer, "schemas", metadata.Schemas, SchemaJson.Write);
        if (metadata.FormatVersion == 1)
        {
            // Required copies of the current ones.
            writer.WritePropertyName("schema");
            SchemaJson.Write(writer, metadata.CurrentSchema);
            writer.WritePropertyName("partition-spec");
            PartitionSpecJson.WriteFieldList(writer, metadata.DefaultSpec);
        }

        writer.WriteNumber("default-spec-id", metadata.DefaultSpecId);
        WriteArray(writer, "partition-specs", metadata.PartitionSpecs, PartitionSpecJson.Write);
        writer.WriteNumber("last-partition-id", metadata.LastPartitionId);
        writer.WriteNumber("default-sort-order-id", metadata.DefaultSortOrderId);
        WriteArray(writer, "sort-orders", metadata.SortOrders.IsEmpty ? [SortOrder.Unsorted] : metadata.SortOrders, SortOrderJson.Write);
        writer.WritePropertyName("properties");
        writer.WriteStringMap(metadata.Properties);

        // Null rather than left out: readers in Java of some versions require the member.
        if (metadata.CurrentSnapshotId is { } current)
        {
            writer.WriteNumber("current-snapshot-id", current);
        }
        else if (!isMessage)
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
            SnapshotJson.WriteRef(writer, reference);
        }

        writer.WriteEndObject();
        WriteArray(writer, "snapshots", metadata.Snapshots, SnapshotJson.Write);
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
