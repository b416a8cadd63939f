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
        var changed = metadata.WithListedSchema(schema, out var schemaId);
        if (!ReferenceEquals(changed, metadata))
        {
            metadata.DefaultSpec.CheckWritable(schema);
        }

        return changed with { CurrentSchemaId = schemaId };
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
        return metadata.WithListedSpec(spec, keepFieldIds: false, out var specId) with { DefaultSpecId = specId };
    }

    /// <summary>Makes the order the default: a listed one that is the same, or else a new one; its own id does not count.</summary>
    /// <exception cref="IcebergException">A field's column is missing or its transform does not apply.</exception>
    public static TableMetadata WithDefaultSortOrder(this TableMetadata metadata, SortOrder order)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(order);
        return metadata.WithListedSortOrder(order, out var orderId) with { DefaultSortOrderId = orderId };
    }

    /// <summary>Changes the current schema.</summary>
    /// <exception cref="IcebergException">InvalidMetadata: the table does not allow a step.</exception>
    public static TableMetadata UpdateSchema(this TableMetadata metadata, Action<SchemaUpdate> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var update = new SchemaUpdate(metadata);
        steps(update);
        return metadata.WithCurrentSchema(update.Schema);
    }

    /// <summary>Changes how the table is partitioned from now on.</summary>
    /// <exception cref="IcebergException">InvalidMetadata: the table does not allow a step.</exception>
    public static TableMetadata UpdatePartitionSpec(this TableMetadata metadata, Action<PartitionSpecUpdate> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var update = new PartitionSpecUpdate(metadata);
        steps(update);
        return metadata.WithDefaultPartitionSpec(update.Spec);
    }
}
