using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Reads one metadata file of format version 1, 2 or 3 and checks it.</summary>
internal sealed class TableMetadataReader(JsonElement json)
{
    private const string Where = "table metadata";

    private static readonly HashSet<string> Interpreted =
    [
        "format-version", "table-uuid", "location", "last-sequence-number", "last-updated-ms", "last-column-id", "schema", "schemas",
        "current-schema-id", "partition-spec", "partition-specs", "default-spec-id", "last-partition-id", "properties",
        "current-snapshot-id", "snapshots", "snapshot-log", "metadata-log", "sort-orders", "default-sort-order-id", "refs", "statistics",
        "partition-statistics", "next-row-id",
    ];

    private int _formatVersion;

    public TableMetadata Read()
    {
        _formatVersion = json.RequiredInt("format-version", Where);
        if (_formatVersion is < 1 or > TableMetadata.HighestFormatVersion)
        {
            throw IcebergException.Unsupported(
                $"Table metadata is of format version {_formatVersion}; versions 1 to {TableMetadata.HighestFormatVersion} are supported.");
        }

        var (schemas, currentSchemaId) = ReadSchemas();
        TableMetadataRules.CheckCurrentSchema(schemas, currentSchemaId);
        var (specs, defaultSpecId) = ReadPartitionSpecs();
        var sortOrders = RequiredFromV2("sort-orders")
            ? ImmutableArray.CreateRange(json.RequiredArray("sort-orders", Where).Select(SortOrderJson.Read))
            : [];
        var metadata = new TableMetadata
        {
            FormatVersion = _formatVersion,
            TableUuid = RequiredFromV2("table-uuid") ? json.RequiredString("table-uuid", Where) : null,
            Location = json.RequiredString("location", Where),
            LastSequenceNumber = RequiredFromV2("last-sequence-number") ? json.RequiredLong("last-sequence-number", Where) : 0,
            LastUpdatedMs = json.RequiredLong("last-updated-ms", Where),
            LastColumnId = json.RequiredInt("last-column-id", Where),
            Schemas = schemas,
            CurrentSchemaId = currentSchemaId,
            PartitionSpecs = specs,
            DefaultSpecId = defaultSpecId,
            LastPartitionId = RequiredFromV2("last-partition-id")
                ? json.RequiredInt("last-partition-id", Where)
                : specs.Max(spec => spec.HighestFieldId),
            SortOrders = sortOrders,
            DefaultSortOrderId = RequiredFromV2("default-sort-order-id") ? json.RequiredInt("default-sort-order-id", Where) : 0,
            Properties = json.OptionalStringMap("properties", Where),
            // Some writers put -1 for "none".
            CurrentSnapshotId = json.OptionalSnapshotId("current-snapshot-id", Where) is { } id and not -1 ? id : null,
            Snapshots = [.. OptionalArray("snapshots").Select(SnapshotJson.Read)],
            SnapshotLog = [.. OptionalArray("snapshot-log").Select(entry => new SnapshotLogEntry(
                entry.RequiredLong("timestamp-ms", "a snapshot log entry"), entry.RequiredSnapshotId("snapshot-id", "a snapshot log entry")))],
            MetadataLog = [.. OptionalArray("metadata-log").Select(entry => new MetadataLogEntry(
                entry.RequiredLong("timestamp-ms", "a metadata log entry"), entry.RequiredString("metadata-file", "a metadata log entry")))],
            Statistics = [.. OptionalArray("statistics").Select(SnapshotJson.ReadStatistics)],
            PartitionStatistics = [.. OptionalArray("partition-statistics").Select(SnapshotJson.ReadStatistics)],
            OtherFields = json.EnumerateObject().Where(member => !Interpreted.Contains(member.Name))
                .ToImmutableSortedDictionary(member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal),
        };
        if (_formatVersion >= 3)
        {
            // Required, but some writers leave it out; then the snapshots tell how far row ids were given out.
            var assigned = metadata.Snapshots.Select(s => (s.FirstRowId + s.AddedRows) ?? 0).DefaultIfEmpty(0).Max();
            metadata = metadata with { NextRowId = json.OptionalLong("next-row-id", Where) ?? assigned };
        }

        metadata = metadata with { Refs = ReadRefs(metadata.CurrentSnapshotId) };
        TableMetadataRules.Check(metadata);
        return metadata;
    }

    private (ImmutableArray<Schema> Schemas, int CurrentSchemaId) ReadSchemas()
    {
        if (RequiredFromV2("schemas"))
        {
            ImmutableArray<Schema> schemas = [.. json.RequiredArray("schemas", Where).Select(schema => SchemaJson.Read(schema))];
            if (RequiredFromV2("current-schema-id"))
            {
                return (schemas, json.RequiredInt("current-schema-id", Where));
            }

            // v1 with schemas but no current id: the deprecated copy says which one is meant.
            var current = SchemaJson.Read(json.Required("schema", Where));
            var listed = schemas.FirstOrDefault(schema => schema.SameStructure(current))
                ?? throw IcebergException.InvalidMetadata("Table metadata has no 'current-schema-id', and its 'schema' is not among its 'schemas'.");
            return (schemas, listed.SchemaId);
        }

        var only = SchemaJson.Read(json.Required("schema", Where));
        return ([only], only.SchemaId);
    }

    private (ImmutableArray<PartitionSpec> Specs, int DefaultSpecId) ReadPartitionSpecs()
    {
        if (RequiredFromV2("partition-specs"))
        {
            ImmutableArray<PartitionSpec> specs = [.. json.RequiredArray("partition-specs", Where).Select(spec => PartitionSpecJson.Read(spec))];
            if (specs.IsEmpty)
            {
                throw IcebergException.InvalidMetadata("Table metadata has an empty list 'partition-specs'; at least one spec is required.");
            }

            return (specs, RequiredFromV2("default-spec-id") ? json.RequiredInt("default-spec-id", Where) : specs.Max(spec => spec.SpecId));
        }

        return ([PartitionSpecJson.ReadFieldList(0, json.Required("partition-spec", Where))], 0);
    }

    private ImmutableSortedDictionary<string, SnapshotRef> ReadRefs(long? currentSnapshotId)
    {
        var refs = TableMetadata.NoRefs.ToBuilder();
        if (json.Optional("refs") is { } listed)
        {
            foreach (var member in listed.Members("refs", Where))
            {
                refs[member.Name] = SnapshotJson.ReadRef(member.Name, member.Value);
            }
        }

        if (currentSnapshotId is { } id && !refs.ContainsKey(SnapshotRef.MainBranch))
        {
            refs[SnapshotRef.MainBranch] = SnapshotRef.Branch(id);
        }

        return refs.ToImmutable();
    }

    /// <summary>Whether the member is there; in v2 and v3 it must be.</summary>
    private bool RequiredFromV2(string name)
    {
        if (json.Optional(name) is not null)
        {
            return true;
        }

        return _formatVersion < 2
            ? false
            : throw IcebergException.InvalidMetadata($"Table metadata has no '{name}', which is required in format version {_formatVersion}.");
    }

    private IEnumerable<JsonElement> OptionalArray(string name) =>
        json.Optional(name) is null ? [] : json.RequiredArray(name, Where);
}
