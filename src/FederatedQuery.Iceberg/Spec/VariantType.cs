namespace FederatedQuery.Iceberg.Spec;

/// <summary>Semi-structured values (v3): neither primitive nor nested.</summary>
public sealed record VariantType : IcebergType
{
    internal VariantType()
    {
    }

    public override TypeId TypeId => TypeId.Variant;

    public override string ToString() => "variant";
}
