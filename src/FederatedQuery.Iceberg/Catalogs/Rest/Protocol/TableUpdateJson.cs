using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

internal static class TableUpdateJson
{
    public static TableUpdate Read(JsonElement json)
    {
        var action = json.RequiredString("action", "an update");
        var where = $"update '{action}'";
        return action switch
        {
            "assign-uuid" => new AssignUuidUpdate(json.RequiredString("uuid", where)),
            "upgrade-format-version" => new UpgradeFormatVersionUpdate(json.RequiredInt("format-version", where)),
            "add-schema" => new AddSchemaUpdate(SchemaJson.Read(json.Required("schema", where))),
            "set-current-schema" => new SetCurrentSchemaUpdate(json.RequiredInt("schema-id", where)),
            "add-spec" => ReadSpec(json.Required("spec", where)),
            "set-default-spec" => new SetDefaultSpecUpdate(json.RequiredInt("spec-id", where)),
            "add-sort-order" => new AddSortOrderUpdate(SortOrderJson.Read(json.Required("sort-order", where))),
            "set-default-sort-order" => new SetDefaultSortOrderUpdate(json.RequiredInt("sort-order-id", where)),
            "add-snapshot" => new AddSnapshotUpdate(SnapshotJson.Read(json.Required("snapshot", where))),
            "set-snapshot-ref" => ReadRef(json, where),
            "remove-snapshots" => new RemoveSnapshotsUpdate(
                [.. json.RequiredArray("snapshot-ids", where).Select(id => id.AsSnapshotId("snapshot-ids", where))]),
            "remove-snapshot-ref" => new RemoveSnapshotRefUpdate(json.RequiredString("ref-name", where)),
            "set-location" => new SetLocationUpdate(json.RequiredString("location", where)),
            // "updated" and "removed" are what clients of Java before 1.0 sent.
            "set-properties" => new SetPropertiesUpdate(json.RequiredStringMap(json.Optional("updates") is null && json.Optional("updated") is not null ? "updated" : "updates", where)),
            "remove-properties" => new RemovePropertiesUpdate(
                [.. json.RequiredArray(json.Optional("removals") is null && json.Optional("removed") is not null ? "removed" : "removals", where).Select(key => key.AsString("removals", where))]),
            "set-statistics" => new SetStatisticsUpdate(SnapshotJson.ReadStatistics(json.Required("statistics", where))),
            "remove-statistics" => new RemoveStatisticsUpdate(json.RequiredSnapshotId("snapshot-id", where)),
            "set-partition-statistics" => new SetPartitionStatisticsUpdate(SnapshotJson.ReadStatistics(json.Required("partition-statistics", where))),
            "remove-partition-statistics" => new RemovePartitionStatisticsUpdate(json.RequiredSnapshotId("snapshot-id", where)),
            "remove-partition-specs" => new RemovePartitionSpecsUpdate(ReadInts(json, "spec-ids", where)),
            "remove-schemas" => new RemoveSchemasUpdate(ReadInts(json, "schema-ids", where)),
            "add-encryption-key" => new AddEncryptionKeyUpdate(json.Required("encryption-key", where).Clone()),
            "remove-encryption-key" => new RemoveEncryptionKeyUpdate(json.RequiredString("key-id", where)),
            "add-view-version" or "set-current-view-version" => throw IcebergException.InvalidMetadata($"The update '{action}' is for views, not for tables."),
            _ => throw IcebergException.InvalidMetadata($"The update '{action}' is not known; nothing was changed."),
        };
    }

    public static void Write(Utf8JsonWriter writer, TableUpdate update)
    {
        writer.WriteStartObject();
        writer.WriteString("action", update.Action);
        switch (update)
        {
            case AssignUuidUpdate uuid:
                writer.WriteString("uuid", uuid.Uuid);
                break;
            case UpgradeFormatVersionUpdate format:
                writer.WriteNumber("format-version", format.FormatVersion);
                break;
            case AddSchemaUpdate schema:
                writer.WritePropertyName("schema");
                SchemaJson.Write(writer, schema.Schema);
                // Required by servers of Java before 1.7.
                writer.WriteNumber("last-column-id", schema.Schema.HighestFieldId);
                break;
            case SetCurrentSchemaUpdate schema:
                writer.WriteNumber("schema-id", schema.SchemaId);
                break;
            case AddPartitionSpecUpdate spec:
                writer.WritePropertyName("spec");
                PartitionSpecJson.Write(writer, spec.Spec);
                break;
            case SetDefaultSpecUpdate spec:
                writer.WriteNumber("spec-id", spec.SpecId);
                break;
            case AddSortOrderUpdate order:
                writer.WritePropertyName("sort-order");
                SortOrderJson.Write(writer, order.SortOrder);
                break;
            case SetDefaultSortOrderUpdate order:
                writer.WriteNumber("sort-order-id", order.SortOrderId);
                break;
            case AddSnapshotUpdate snapshot:
                writer.WritePropertyName("snapshot");
                SnapshotJson.Write(writer, snapshot.Snapshot);
                break;
            case SetSnapshotRefUpdate reference:
                writer.WriteString("ref-name", reference.RefName);
                SnapshotJson.WriteRefMembers(writer, reference.Reference);
                break;
            case RemoveSnapshotsUpdate snapshots:
                writer.WriteArray("snapshot-ids", snapshots.SnapshotIds, (w, id) => w.WriteNumberValue(id));
                break;
            case RemoveSnapshotRefUpdate reference:
                writer.WriteString("ref-name", reference.RefName);
                break;
            case SetLocationUpdate location:
                writer.WriteString("location", location.Location);
                break;
            case SetPropertiesUpdate properties:
                writer.WritePropertyName("updates");
                writer.WriteStringMap(properties.Updates);
                break;
            case RemovePropertiesUpdate properties:
                writer.WriteStringArray("removals", properties.Removals);
                break;
            case SetStatisticsUpdate statistics:
                writer.WriteNumber("snapshot-id", statistics.Statistics.SnapshotId);
                writer.WritePropertyName("statistics");
                statistics.Statistics.Json.WriteTo(writer);
                break;
            case RemoveStatisticsUpdate statistics:
                writer.WriteNumber("snapshot-id", statistics.SnapshotId);
                break;
            case SetPartitionStatisticsUpdate statistics:
                writer.WritePropertyName("partition-statistics");
                statistics.PartitionStatistics.Json.WriteTo(writer);
                break;
            case RemovePartitionStatisticsUpdate statistics:
                writer.WriteNumber("snapshot-id", statistics.SnapshotId);
                break;
            case RemovePartitionSpecsUpdate specs:
                writer.WriteArray("spec-ids", specs.SpecIds, (w, id) => w.WriteNumberValue(id));
                break;
            case RemoveSchemasUpdate schemas:
                writer.WriteArray("schema-ids", schemas.SchemaIds, (w, id) => w.WriteNumberValue(id));
                break;
            case AddEncryptionKeyUpdate key:
                writer.WritePropertyName("encryption-key");
                key.EncryptionKey.WriteTo(writer);
                break;
            case RemoveEncryptionKeyUpdate key:
                writer.WriteString("key-id", key.KeyId);
                break;
            default:
                throw new System.Diagnostics.UnreachableException(update.Action);
        }

        writer.WriteEndObject();
    }

    private static AddPartitionSpecUpdate ReadSpec(JsonElement json)
    {
        var spec = PartitionSpecJson.Read(json, defaultSpecId: 0);
        return new AddPartitionSpecUpdate(spec, json.RequiredArray("fields", "a partition spec").All(field => field.Optional("field-id") is not null));
    }

    private static SetSnapshotRefUpdate ReadRef(JsonElement json, string where)
    {
        var name = json.RequiredString("ref-name", where);
        return name.Length == 0
            ? throw IcebergException.InvalidMetadata($"The {where} has an empty 'ref-name'.")
            : new SetSnapshotRefUpdate(name, SnapshotJson.ReadRef(name, json));
    }

    private static ImmutableArray<int> ReadInts(JsonElement json, string name, string where) =>
        [.. json.RequiredArray(name, where).Select(id => id.AsInt(name, where))];
}
