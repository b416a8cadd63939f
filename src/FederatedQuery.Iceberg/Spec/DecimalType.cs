namespace FederatedQuery.Iceberg.Spec;

/// <summary>Fixed-point decimal of 1 to 38 digits. The scale may be negative (then values are multiples of a power of ten).</summary>
public sealed record DecimalType : PrimitiveType
{
    public const int MaxPrecision = 38;
    internal const int MaxScale = 100;

    public DecimalType(int precision, int scale)
    {
        if (precision is < 1 or > MaxPrecision)
        {
            throw IcebergException.InvalidMetadata($"decimal({precision},{scale}): the precision must be 1 to {MaxPrecision}.");
        }

        if (scale is < -MaxScale or > MaxScale)
        {
            throw IcebergException.InvalidMetadata($"decimal({precision},{scale}): the scale must be {-MaxScale} to {MaxScale}.");
        }

        Precision = precision;
        Scale = scale;
    }

    public int Precision { get; }

    public int Scale { get; }

    public override TypeId TypeId => TypeId.Decimal;

    /// <summary>The largest unscaled value: <c>10^precision - 1</c>.</summary>
    public Int128 MaxUnscaledValue => PowersOfTen.Get(Precision) - 1;

    /// <summary>
    /// The bytes a Parquet or Avro fixed needs to hold every value of this precision (Appendix A, <c>minBytesRequired(P)</c>).
    /// </summary>
    public int RequiredBytes
    {
        get
        {
            var length = 1;
            while (length < 16 && (Int128.One << (8 * length - 1)) - 1 < MaxUnscaledValue)
            {
                length++;
            }

            return length;
        }
    }

    public override string ToString() => $"decimal({Precision}, {Scale})";
}
