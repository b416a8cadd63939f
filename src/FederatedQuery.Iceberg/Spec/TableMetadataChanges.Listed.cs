using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <remarks>
/// Schemas, partition specs and sort orders are listed first and made current or default by their id afterwards: the two steps that the updates of
/// the REST catalog take apart.
/// </remarks>
public static partial class TableMetadataChanges
{
    /// <summary>Lists a schema without making it the current one: under the id of a listed one that is the same, or else under a new id.</summary>
    /// <exception cref="IcebergException">A type needs a higher format version, or an id is used again for another column.</exception>
    public static TableMetadata WithListedSchema(this TableMetadata metadata, Schema schema, out int schemaId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(schema);
        if (metadata.Schemas.FirstOrDefault(s => s.SameStructure(schema)) is { } listed)
        {
            schemaId = listed.SchemaId;
            return metadata;
        }

        CheckTypesOfFormat(schema, metadata.FormatVersion);
        CheckIdsAreNotReused(metadata, schema);
        schemaId = metadata.Schemas.Select(s => s.SchemaId).DefaultIfEmpty(-1).Max() + 1;
        return metadata with
        {
            Schemas = metadata.Schemas.Add(schema.WithSchemaId(schemaId)),
            LastColumnId = Math.Max(metadata.LastColumnId, schema.HighestFieldId),
        };
    }

    /// <exception cref="IcebergException">No such schema.</exception>
    public static TableMetadata WithCurrentSchemaId(this TableMetadata metadata, int schemaId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.FindSchema(schemaId) is null
            ? throw NotListed(metadata, "schema", schemaId, metadata.Schemas.Select(s => s.SchemaId))
            : metadata with { CurrentSchemaId = schemaId };
    }

    /// <summary>Lists a partition spec without making it the default: a listed one that is compatible, or else a new one.</summary>
    /// <param name="metadata">The table.</param>
    /// <param name="spec">Its own spec id does not count.</param>
    /// <param name="keepFieldIds">
    /// True when a writer has used the field ids already; each must be new or be that of the same field in a listed spec. False: fields that some
    /// listed spec has keep their id, others get the next ones.
    /// </param>
    /// <param name="specId">Where it is listed.</param>
    /// <exception cref="IcebergException">A field cannot be written under the current schema, its name is taken by a column, or its id by another field.</exception>
    public static TableMetadata WithListedSpec(this TableMetadata metadata, PartitionSpec spec, bool keepFieldIds, out int specId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(spec);
        spec.CheckWritable(metadata.CurrentSchema);
        CheckPartitionNames(metadata, spec);
        if (metadata.PartitionSpecs.FirstOrDefault(s => s.IsCompatibleWith(spec)) is { } listed)
        {
            specId = listed.SpecId;
            return metadata;
        }

        var fields = keepFieldIds ? CheckFieldIds(metadata, spec) : AssignFieldIds(metadata, spec);
        specId = metadata.PartitionSpecs.Select(s => s.SpecId).DefaultIfEmpty(-1).Max() + 1;
        return metadata with
        {
            PartitionSpecs = metadata.PartitionSpecs.Add(new PartitionSpec(specId, fields)),
            LastPartitionId = fields.Select(f => f.FieldId).Append(metadata.LastPartitionId).Max(),
        };
    }

    /// <exception cref="IcebergException">No such spec.</exception>
    public static TableMetadata WithDefaultSpecId(this TableMetadata metadata, int specId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.FindPartitionSpec(specId) is null
            ? throw NotListed(metadata, "partition spec", specId, metadata.PartitionSpecs.Select(s => s.SpecId))
            : metadata with { DefaultSpecId = specId };
    }

    /// <summary>Lists a sort order without making it the default: a listed one that is the same, or else a new one; its own id does not count.</summary>
    /// <exception cref="IcebergException">A field's column is missing or its transform does not apply.</exception>
    public static TableMetadata WithListedSortOrder(this TableMetadata metadata, SortOrder order, out int orderId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(order);
        CheckSortOrder(metadata, order);
        if (metadata.SortOrders.FirstOrDefault(o => o.SameOrder(order)) is { } listed)
        {
            orderId = listed.OrderId;
            return metadata;
        }

        orderId = order.IsUnsorted ? 0 : Math.Max(0, metadata.SortOrders.Select(o => o.OrderId).DefaultIfEmpty(0).Max()) + 1;
        return metadata with { SortOrders = metadata.SortOrders.Add(order with { OrderId = orderId }) };
    }

    /// <exception cref="IcebergException">No such order.</exception>
    public static TableMetadata WithDefaultSortOrderId(this TableMetadata metadata, int orderId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.FindSortOrder(orderId) is null
            ? throw NotListed(metadata, "sort order", orderId, metadata.SortOrders.Select(o => o.OrderId))
            : metadata with { DefaultSortOrderId = orderId };
    }

    /// <summary>Takes schemas off the list.</summary>
    /// <exception cref="IcebergException">One is the current one, or a snapshot was made with it.</exception>
    public static TableMetadata WithoutSchemas(this TableMetadata metadata, IReadOnlyCollection<int> schemaIds)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(schemaIds);
        if (schemaIds.Contains(metadata.CurrentSchemaId))
        {
            throw IcebergException.InvalidMetadata($"Cannot remove schema {metadata.CurrentSchemaId} of table '{metadata.Location}': it is the current one.");
        }

        return metadata.Snapshots.FirstOrDefault(s => s.SchemaId is { } id && schemaIds.Contains(id)) is { } user
            ? throw IcebergException.InvalidMetadata($"Cannot remove schema {user.SchemaId} of table '{metadata.Location}': snapshot {user.SnapshotId} was made with it.")
            : metadata with { Schemas = metadata.Schemas.RemoveAll(s => schemaIds.Contains(s.SchemaId)) };
    }

    /// <summary>Takes partition specs off the list. That no manifest of any snapshot was written with them is the caller's to know.</summary>
    /// <exception cref="IcebergException">One is the default.</exception>
    public static TableMetadata WithoutPartitionSpecs(this TableMetadata metadata, IReadOnlyCollection<int> specIds)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(specIds);
        return specIds.Contains(metadata.DefaultSpecId)
            ? throw IcebergException.InvalidMetadata($"Cannot remove partition spec {metadata.DefaultSpecId} of table '{metadata.Location}': it is the default.")
            : metadata with { PartitionSpecs = metadata.PartitionSpecs.RemoveAll(s => specIds.Contains(s.SpecId)) };
    }

    private static ImmutableArray<PartitionField> AssignFieldIds(TableMetadata metadata, PartitionSpec spec)
    {
        var lastId = metadata.LastPartitionId;
        var known = metadata.PartitionSpecs.SelectMany(s => s.Fields).ToList();
        var fields = ImmutableArray.CreateBuilder<PartitionField>();
        foreach (var added in spec.Fields)
        {
            var same = known.FirstOrDefault(f => f.SameValues(added) && fields.All(taken => taken.FieldId != f.FieldId));
            fields.Add(added with { FieldId = same?.FieldId ?? ++lastId });
        }

        return fields.DrainToImmutable();
    }

    private static ImmutableArray<PartitionField> CheckFieldIds(TableMetadata metadata, PartitionSpec spec)
    {
        var known = metadata.PartitionSpecs.SelectMany(s => s.Fields).ToLookup(f => f.FieldId);
        foreach (var added in spec.Fields.Where(f => f.FieldId <= metadata.LastPartitionId))
        {
            if (!known[added.FieldId].Any(f => f.SameValues(added)))
            {
                throw IcebergException.InvalidMetadata(
                    $"The partition field '{added.Name}' has the id {added.FieldId}, which is not above the last assigned id {metadata.LastPartitionId} "
                    + "and is not that of the same field in a listed spec.");
            }
        }

        return spec.Fields;
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

    private static void CheckSortOrder(TableMetadata metadata, SortOrder order)
    {
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

    private static IcebergException NotListed(TableMetadata metadata, string what, int id, IEnumerable<int> listed) =>
        IcebergException.InvalidMetadata($"Table '{metadata.Location}' has no {what} {id}; it has {string.Join(", ", listed)}.");
}
