using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

public static partial class TableMetadataChanges
{
    /// <summary>
    /// Makes the columns the current ones: under the id of a listed schema that is the same, or else under a new id. New fields must
    /// have ids above
    /// <see cref="TableMetadata.LastColumnId"/>.
    /// </summary>
    /// <exception cref="IcebergException">A type needs a higher format version, or the default partition spec loses a source column.</exception>
    public static TableMetadata WithCurrentSchema(this TableMetadata metadata, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(schema);
        var listed = metadata.Schemas.FirstOrDefault(s => s.SameStructure(schema));
        if (listed is not null)
        {
            return metadata with { CurrentSchemaId = listed.SchemaId };
        }

        CheckTypesOfFormat(schema, metadata.FormatVersion);
        metadata.DefaultSpec.CheckWritable(schema);
        CheckIdsAreNotReused(metadata, schema);
        var schemaId = metadata.Schemas.Max(s => s.SchemaId) + 1;
        return metadata with
        {
            Schemas = metadata.Schemas.Add(schema.WithSchemaId(schemaId)),
            CurrentSchemaId = schemaId,
            LastColumnId = Math.Max(metadata.LastColumnId, schema.HighestFieldId),
        };
    }

    /// <summary>
    /// Makes the spec the default: a listed one that is compatible, or else a new one. The spec's own spec and field ids do not
    /// count: a field
    /// that some listed spec has already keeps its id, others get the next ones.
    /// </summary>
    /// <exception cref="IcebergException">A field cannot be written under the current schema, or its name is taken by a column.</exception>
    public static TableMetadata WithDefaultPartitionSpec(this TableMetadata metadata, PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(spec);
        spec.CheckWritable(metadata.CurrentSchema);
        CheckPartitionNames(metadata, spec);
        var listed = metadata.PartitionSpecs.FirstOrDefault(s => s.IsCompatibleWith(spec));
        if (listed is not null)
        {
            return metadata with { DefaultSpecId = listed.SpecId };
        }

        var lastId = metadata.LastPartitionId;
        var known = metadata.PartitionSpecs.SelectMany(s => s.Fields).ToList();
        var fields = ImmutableArray.CreateBuilder<PartitionField>();
        foreach (var added in spec.Fields)
        {
            var same = known.FirstOrDefault(f => f.SameValues(added) && fields.All(taken => taken.FieldId != f.FieldId));
            fields.Add(added with { FieldId = same?.FieldId ?? ++lastId });
        }

        var specId = metadata.PartitionSpecs.IsEmpty ? 0 : metadata.PartitionSpecs.Max(s => s.SpecId) + 1;
        return metadata with
        {
            PartitionSpecs = metadata.PartitionSpecs.Add(new PartitionSpec(specId, fields.DrainToImmutable())),
            DefaultSpecId = specId,
            LastPartitionId = lastId,
        };
    }

    /// <summary>Makes the order the default: a listed one that is the same, or else a new one; its own id does not count.</summary>
    /// <exception cref="IcebergException">A field's column is missing or its transform does not apply.</exception>
    public static TableMetadata WithDefaultSortOrder(this TableMetadata metadata, SortOrder order)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(order);
        foreach (var sorted in order.Fields)
        {
            var source = metadata.CurrentSchema.FindField(sorted.SourceId)
                ?? throw IcebergException.InvalidMetadata($"The sort order names the field {sorted.SourceId}, which the schema does not have.");
            if (sorted.Transform is UnknownTransform || !sorted.Transform.CanTransform(source.Type))
            {
                throw IcebergException.InvalidMetadata(
                    $"The sort order cannot apply '{sorted.Transform}' to the column '{source.FullName}' of type {source.Type}.");
            }
        }

        var listed = metadata.SortOrders.FirstOrDefault(o => o.SameOrder(order));
        if (listed is not null)
        {
            return metadata with { DefaultSortOrderId = listed.OrderId };
        }

        var orderId = order.IsUnsorted ? 0 : Math.Max(0, metadata.SortOrders.Select(o => o.OrderId).DefaultIfEmpty(0).Max()) + 1;
        return metadata with
        {
            SortOrders = metadata.SortOrders.Add(order with { OrderId = orderId }),
            DefaultSortOrderId = orderId,
        };
    }

    private static void CheckIdsAreNotReused(TableMetadata metadata, Schema schema)
    {
        foreach (var added in schema.AllFields.Where(f => f.Id <= metadata.LastColumnId))
        {
            if (metadata.Schemas.All(s => s.FindField(added.Id) is null))
            {
                throw IcebergException.InvalidMetadata(
                    $"Column '{added.FullName}' has the id {added.Id}, which is not above the last assigned id "
                    + $"{metadata.LastColumnId} and is no field of a listed schema.");
            }
        }
    }

    private static void CheckPartitionNames(TableMetadata metadata, PartitionSpec spec)
    {
        foreach (var partition in spec.Fields)
        {
            var column = metadata.CurrentSchema.FindField(partition.Name);
            var mayShareName = column is null || (partition.Transform is IdentityTransform or VoidTransform && column.Id == partition.SourceId);
            if (!mayShareName)
            {
                throw IcebergException.InvalidMetadata(
                    $"The partition field '{partition.Name}' ({partition.Transform}) has the name of a column; only an identity "
                    + "of that column may.");
            }
        }
    }
}
