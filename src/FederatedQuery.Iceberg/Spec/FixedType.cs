namespace FederatedQuery.Iceberg.Spec;

/// <summary>Byte arrays of one length.</summary>
public sealed record FixedType : PrimitiveType
{
    public FixedType(int length)
    {
        if (length < 0)
        {
            throw IcebergException.InvalidMetadata($"fixed[{length}]: the length must not be negative.");
        }

        Length = length;
    }

    public int Length { get; }

    public override TypeId TypeId => TypeId.Fixed;

    public override string ToString() => $"fixed[{Length}]";
}
