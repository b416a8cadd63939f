namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// A data type (spec: Schemas and Data Types): a <see cref="PrimitiveType"/>, <see cref="VariantType"/>,
/// <see cref="StructType"/>, <see cref="ListType"/> or <see cref="MapType"/>. Equality is by structure, field ids included.
/// </summary>
public abstract record IcebergType
{
    private protected IcebergType()
    {
    }

    public static BooleanType Boolean { get; } = new();

    public static IntType Int { get; } = new();

    public static LongType Long { get; } = new();

    public static FloatType Float { get; } = new();

    public static DoubleType Double { get; } = new();

    public static DateType Date { get; } = new();

    public static TimeType Time { get; } = new();

    public static TimestampType Timestamp { get; } = new();

    public static TimestamptzType Timestamptz { get; } = new();

    public static TimestampNsType TimestampNs { get; } = new();

    public static TimestamptzNsType TimestamptzNs { get; } = new();

    public static StringType String { get; } = new();

    public static UuidType Uuid { get; } = new();

    public static BinaryType Binary { get; } = new();

    public static UnknownType Unknown { get; } = new();

    public static VariantType Variant { get; } = new();

    public abstract TypeId TypeId { get; }

    public bool IsPrimitive => this is PrimitiveType;

    /// <summary>Struct, list or map.</summary>
    public bool IsNested => this is StructType or ListType or MapType;

    public static DecimalType Decimal(int precision, int scale) => new(precision, scale);

    /// <summary>The format version that added the type: 3 for unknown, variant, geometry, geography and nanosecond timestamps.</summary>
    public int MinFormatVersion => TypeId switch
    {
        TypeId.Unknown or TypeId.Variant or TypeId.Geometry or TypeId.Geography or TypeId.TimestampNs or TypeId.TimestamptzNs => 3,
        _ => 1,
    };

    public static FixedType Fixed(int length) => new(length);

    /// <summary>
    /// The type's string of Appendix C for primitives and variant; a readable form such as <c>list&lt;int&gt;</c> for nested types.
    /// </summary>
    public abstract override string ToString();
}
