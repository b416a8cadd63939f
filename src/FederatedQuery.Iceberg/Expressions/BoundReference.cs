using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>A field that predicates are bound to: of a schema, or of a partition tuple.</summary>
/// <param name="FieldId">The field's id, or the partition field's.</param>
/// <param name="Name">For people; fields are told apart by id.</param>
/// <param name="Type">What the constants compared with it are of.</param>
/// <param name="IsNullable">False when no row can hold null there.</param>
/// <param name="Position">The index in the partition tuple; -1 for a field of a schema.</param>
public sealed record BoundReference(int FieldId, string Name, IcebergType Type, bool IsNullable, int Position = -1)
{
    internal bool IsFloatingPoint => Type is FloatType or DoubleType;

    public override string ToString() => Name;
}
