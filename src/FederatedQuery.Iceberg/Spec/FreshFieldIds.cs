using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Gives the fields of a schema new ids: those of a struct first, then those inside each. Catalogs do so for new tables, because the ids of a
/// request come from engines that count in their own ways (Spark: from 0); so do changes of a schema for the columns they add.
/// </summary>
public sealed class FreshFieldIds
{
    private readonly Dictionary<int, int> _newIds = [];
    private readonly int _lastId;

    /// <param name="schema">As the writer has it.</param>
    /// <param name="lastId">The new ids are above it.</param>
    public FreshFieldIds(Schema schema, int lastId = 0)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _lastId = lastId;
        var type = Visit(schema.Type);
        Schema = new Schema(schema.SchemaId, type, [.. schema.IdentifierFieldIds.Select(id => _newIds[id])]);
    }

    /// <summary>The same columns with their new ids.</summary>
    public Schema Schema { get; }

    /// <summary>The spec over the new ids; its field ids stay.</summary>
    /// <exception cref="IcebergException">A field's column is not in the schema.</exception>
    public PartitionSpec Of(PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new PartitionSpec(
            spec.SpecId,
            [.. spec.Fields.Select(f => new PartitionField(NewIds(f.SourceIds, $"partition field '{f.Name}'"), f.FieldId, f.Name, f.Transform))]);
    }

    /// <summary>The order over the new ids.</summary>
    /// <exception cref="IcebergException">A field's column is not in the schema.</exception>
    public SortOrder Of(SortOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return new SortOrder(order.OrderId, [.. order.Fields.Select(f => f with { SourceIds = NewIds(f.SourceIds, "sort order") })]);
    }

    private ImmutableArray<int> NewIds(ImmutableArray<int> ids, string where) =>
    [
        .. ids.Select(id => _newIds.TryGetValue(id, out var newId)
            ? newId
            : throw IcebergException.InvalidMetadata($"The {where} names the field {id}, which the schema does not have.")),
    ];

    private int Next(int oldId) => _newIds[oldId] = _lastId + _newIds.Count + 1;

    private IcebergType Visit(IcebergType type)
    {
        switch (type)
        {
            case StructType structType:
                return Visit(structType);
            case ListType list:
                var elementId = Next(list.ElementId);
                return new ListType(elementId, Visit(list.ElementType), list.ElementRequired);
            case MapType map:
                var (keyId, valueId) = (Next(map.KeyId), Next(map.ValueId));
                return new MapType(keyId, Visit(map.KeyType), valueId, Visit(map.ValueType), map.ValueRequired);
            default:
                return type;
        }
    }

    private StructType Visit(StructType type)
    {
        var ids = type.Fields.Select(field => Next(field.Id)).ToList();
        return new StructType([.. type.Fields.Zip(ids, (field, id) => field with { Id = id, Type = Visit(field.Type) })]);
    }
}
