using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

internal static class TableRequirementJson
{
    public static TableRequirement Read(JsonElement json)
    {
        var type = json.RequiredString("type", "a requirement");
        var where = $"requirement '{type}'";
        return type switch
        {
            "assert-create" => new AssertCreate(),
            "assert-table-uuid" => new AssertTableUuid(json.RequiredString("uuid", where)),
            "assert-ref-snapshot-id" => new AssertRefSnapshotId(json.RequiredString("ref", where), ReadSnapshotId(json, where)),
            "assert-last-assigned-field-id" => new AssertLastAssignedFieldId(json.RequiredInt("last-assigned-field-id", where)),
            "assert-current-schema-id" => new AssertCurrentSchemaId(json.RequiredInt("current-schema-id", where)),
            "assert-last-assigned-partition-id" => new AssertLastAssignedPartitionId(json.RequiredInt("last-assigned-partition-id", where)),
            "assert-default-spec-id" => new AssertDefaultSpecId(json.RequiredInt("default-spec-id", where)),
            "assert-default-sort-order-id" => new AssertDefaultSortOrderId(json.RequiredInt("default-sort-order-id", where)),
            "assert-view-uuid" => throw IcebergException.InvalidMetadata("The requirement 'assert-view-uuid' is for views, not for tables."),
            _ => throw IcebergException.InvalidMetadata($"The requirement '{type}' is not known; nothing was changed."),
        };
    }

    public static void Write(Utf8JsonWriter writer, TableRequirement requirement)
    {
        writer.WriteStartObject();
        writer.WriteString("type", requirement.Type);
        switch (requirement)
        {
            case AssertCreate:
                break;
            case AssertTableUuid table:
                writer.WriteString("uuid", table.Uuid);
                break;
            case AssertRefSnapshotId { SnapshotId: { } snapshotId } reference:
                writer.WriteString("ref", reference.Ref);
                writer.WriteNumber("snapshot-id", snapshotId);
                break;
            case AssertRefSnapshotId reference:
                writer.WriteString("ref", reference.Ref);
                writer.WriteNull("snapshot-id");
                break;
            case AssertLastAssignedFieldId field:
                writer.WriteNumber("last-assigned-field-id", field.LastAssignedFieldId);
                break;
            case AssertCurrentSchemaId schema:
                writer.WriteNumber("current-schema-id", schema.CurrentSchemaId);
                break;
            case AssertLastAssignedPartitionId partition:
                writer.WriteNumber("last-assigned-partition-id", partition.LastAssignedPartitionId);
                break;
            case AssertDefaultSpecId spec:
                writer.WriteNumber("default-spec-id", spec.DefaultSpecId);
                break;
            case AssertDefaultSortOrderId order:
                writer.WriteNumber("default-sort-order-id", order.DefaultSortOrderId);
                break;
            default:
                throw new System.Diagnostics.UnreachableException(requirement.Type);
        }

        writer.WriteEndObject();
    }

    /// <summary>Null and missing differ here: null asserts that there is no such reference. Some clients leave it out all the same, and mean that.</summary>
    private static long? ReadSnapshotId(JsonElement json, string where) => json.OptionalSnapshotId("snapshot-id", where);
}
