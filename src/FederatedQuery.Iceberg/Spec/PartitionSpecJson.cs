using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Partition specs as JSON (spec: Appendix C, Partition Specs).</summary>
public static class PartitionSpecJson
{
    /// <summary>Reads an object with <c>spec-id</c> and <c>fields</c>.</summary>
    /// <exception cref="IcebergException">The JSON is not a partition spec.</exception>
    public static PartitionSpec Read(JsonElement json) => Read(json, json.RequiredInt("spec-id", "a partition spec"));

    /// <summary>As <see cref="Read(JsonElement)"/>, of a spec that may lack its id, as requests of the REST catalog do.</summary>
    /// <exception cref="IcebergException">The JSON is not a partition spec.</exception>
    public static PartitionSpec Read(JsonElement json, int defaultSpecId)
    {
        var specId = json.OptionalInt("spec-id", "a partition spec") ?? defaultSpecId;
        return new PartitionSpec(specId, ReadFields(json.RequiredArray("fields", $"partition spec {specId}")));
    }

    /// <summary>Reads a bare list of fields, as v1 metadata and manifests have it.</summary>
    /// <exception cref="IcebergException">The JSON is not a list of partition fields.</exception>
    public static PartitionSpec ReadFieldList(int specId, JsonElement json) => json.ValueKind == JsonValueKind.Array
        ? new PartitionSpec(specId, ReadFields(json.EnumerateArray()))
        : throw IcebergException.InvalidMetadata($"Partition spec {specId} is not a list of partition fields.");

    public static void Write(Utf8JsonWriter writer, PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(spec);
        writer.WriteStartObject();
        writer.WriteNumber("spec-id", spec.SpecId);
        writer.WritePropertyName("fields");
        WriteFieldList(writer, spec);
        writer.WriteEndObject();
    }

    public static void WriteFieldList(Utf8JsonWriter writer, PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(spec);
        writer.WriteStartArray();
        foreach (var field in spec.Fields)
        {
            writer.WriteStartObject();
            writer.WriteSourceIds(field.SourceIds);
            writer.WriteNumber("field-id", field.FieldId);
            writer.WriteString("name", field.Name);
            writer.WriteString("transform", field.Transform.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The list of fields on one line, as manifests carry it under the key <c>partition-spec</c>.</summary>
    public static string ToFieldListJson(PartitionSpec spec) => JsonText.Write(writer => WriteFieldList(writer, spec));

    internal static ImmutableArray<int> ReadSourceIds(JsonElement json, string where)
    {
        if (json.Optional("source-ids") is not null)
        {
            ImmutableArray<int> ids = [.. json.RequiredArray("source-ids", where).Select(id => id.AsInt("source-ids", where))];
            return ids.IsEmpty ? throw IcebergException.InvalidMetadata($"'source-ids' of {where} is empty; at least one id is required.") : ids;
        }

        return [json.RequiredInt("source-id", where)];
    }

    internal static void WriteSourceIds(this Utf8JsonWriter writer, ImmutableArray<int> ids)
    {
        if (ids.Length == 1)
        {
            writer.WriteNumber("source-id", ids[0]);
            return;
        }

        writer.WriteStartArray("source-ids");
        foreach (var id in ids)
        {
            writer.WriteNumberValue(id);
        }

        writer.WriteEndArray();
    }

    private static ImmutableArray<PartitionField> ReadFields(JsonElement.ArrayEnumerator array)
    {
        var fields = ImmutableArray.CreateBuilder<PartitionField>();
        foreach (var json in array)
        {
            var name = json.RequiredString("name", "a partition field");
            var where = $"partition field '{name}'";
            if (name.Length == 0)
            {
                throw IcebergException.InvalidMetadata("A partition field has an empty name.");
            }

            // v1 did not store ids: they count up from 1000 in each spec.
            var fieldId = json.OptionalInt("field-id", where) ?? PartitionSpec.LastReservedFieldId + 1 + fields.Count;
            var transform = Transform.Parse(json.RequiredString("transform", where));
            fields.Add(new PartitionField(ReadSourceIds(json, where), fieldId, name, transform));
        }

        return fields.DrainToImmutable();
    }
}
