using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>How the tuple of partition values of a row is made (spec: Partitioning).</summary>
public sealed record PartitionSpec
{
    /// <summary>The ids of partition fields start above this.</summary>
    public const int LastReservedFieldId = 999;

    /// <exception cref="IcebergException">Two fields share a field id or a name.</exception>
    public PartitionSpec(int specId, params ImmutableArray<PartitionField> fields)
    {
        SpecId = specId;
        Fields = fields;
        if (fields.Select(field => field.FieldId).Distinct().Count() != fields.Length)
        {
            throw IcebergException.InvalidMetadata($"Partition spec {specId} uses a field id twice: {string.Join("; ", fields)}.");
        }

        if (fields.Select(field => field.Name).Distinct(StringComparer.Ordinal).Count() != fields.Length)
        {
            throw IcebergException.InvalidMetadata($"Partition spec {specId} uses a name twice: {string.Join("; ", fields)}.");
        }
    }

    public static PartitionSpec Unpartitioned { get; } = new(0);

    public int SpecId { get; init; }

    public ImmutableArray<PartitionField> Fields { get; }

    /// <summary>True when no field tells partitions apart: none at all, or only void ones.</summary>
    public bool IsUnpartitioned => Fields.All(f => f.Transform is VoidTransform);

    public int HighestFieldId => Fields.IsEmpty ? LastReservedFieldId : Fields.Max(f => f.FieldId);

    /// <summary>
    /// The struct of the partition tuples under <paramref name="schema"/>, all fields optional, ids being the partition field ids.
    /// A field whose source column the schema lacks has the result type of its transform, or unknown where that is the column's own.
    /// </summary>
    public StructType PartitionType(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new StructType([.. Fields.Select(field =>
            NestedField.OptionalField(field.FieldId, field.Name, ResultType(field, schema.FindField(field.SourceId)?.Type)))]);
    }

    /// <summary>Same number of equivalent fields in the same order; spec and field ids do not count.</summary>
    public bool IsCompatibleWith(PartitionSpec other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Fields.Length == other.Fields.Length && Fields.Zip(other.Fields).All(pair => pair.First.IsEquivalentTo(pair.Second));
    }

    public bool Equals(PartitionSpec? other) =>
        other is not null && SpecId == other.SpecId && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

    public override int GetHashCode() => Fields.Aggregate(SpecId, HashCode.Combine);

    public override string ToString() => $"spec {SpecId}: [{string.Join("; ", Fields)}]";

    /// <summary>
    /// Checks what a writer must respect: columns exist, are primitive and outside lists and maps, and suit their transforms.
    /// </summary>
    /// <exception cref="IcebergException">A field cannot be written.</exception>
    public void CheckWritable(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        foreach (var field in Fields.Where(f => f.Transform is not VoidTransform))
        {
            var source = schema.FindField(field.SourceId);
            var problem = source switch
            {
                _ when field.Transform is UnknownTransform => $"the transform '{field.Transform}' is not known",
                _ when field.SourceIds.Length > 1 => $"the transform '{field.Transform}' has several arguments",
                null => $"the schema has no field {field.SourceId}",
                { Type: not PrimitiveType } => $"the column '{source.FullName}' is of the type {source.Type}, not of a primitive one",
                { IsInListOrMap: true } => $"the column '{source.FullName}' is inside a list or map",
                _ when !field.Transform.CanTransform(source.Type) =>
                    $"the transform '{field.Transform}' does not apply to the column '{source.FullName}' of type {source.Type}",
                _ => null,
            };
            if (problem is not null)
            {
                throw IcebergException.InvalidMetadata($"Cannot write with the partition field '{field.Name}': {problem}.");
            }
        }
    }

    private static PrimitiveType ResultType(PartitionField field, IcebergType? source) => source is not null
        ? field.Transform.ResultType(source)
        : field.Transform is IdentityTransform or TruncateTransform or VoidTransform
            ? IcebergType.Unknown
            : field.Transform.ResultType(IcebergType.Unknown);
}
