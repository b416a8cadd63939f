namespace FederatedQuery.Iceberg.Spec;

/// <summary>Which types a column's type may become, every value staying what it was (spec: Schema Evolution, Valid Type Promotions).</summary>
public static class TypePromotion
{
    /// <summary>True also for the same type.</summary>
    public static bool IsAllowed(IcebergType from, IcebergType to, int formatVersion)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return from.Equals(to) || (from, to) switch
        {
            (IntType, LongType) or (FloatType, DoubleType) => true,
            (DecimalType narrow, DecimalType wide) => narrow.Scale == wide.Scale && narrow.Precision <= wide.Precision,
            (DateType, TimestampType or TimestampNsType) or (UnknownType, PrimitiveType) => formatVersion >= 3,
            _ => false,
        };
    }

    /// <summary>Whether a partition transform gives another value for the promoted type, so that files would be in the wrong partition.</summary>
    public static bool ChangesPartitions(Transform transform, IcebergType from, IcebergType to) =>
        from is DateType && !from.Equals(to) && (transform is IdentityTransform or BucketTransform or TruncateTransform);
}
