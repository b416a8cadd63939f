namespace FederatedQuery.Cold.Parquet;

/// <summary>A node of a Parquet schema (Parquet: SchemaElement), as far as it is looked at here.</summary>
internal sealed class ParquetSchemaElement
{
    public required int? FieldId { get; init; }

    /// <summary>As UTF-8 in the footer's bytes.</summary>
    public required Range Name { get; init; }

    /// <summary>0 for a leaf.</summary>
    public required int ChildCount { get; init; }

    /// <summary>Null for a group.</summary>
    public required ParquetPhysicalType? PhysicalType { get; init; }

    public required bool IsRepeated { get; init; }

    public required int? ConvertedType { get; init; }

    public required ParquetLogicalType? LogicalType { get; init; }

    public required int Scale { get; init; }

    /// <summary>The element as it is encoded, in the footer's bytes.</summary>
    public required Range Encoded { get; init; }
}

internal enum ParquetPhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLenByteArray = 7,
}

/// <param name="Kind">The number of the alternative in Parquet's LogicalType.</param>
/// <param name="Unit">Of a time or timestamp: 1 milli-, 2 micro-, 3 nanoseconds; else 0.</param>
/// <param name="IsSigned">Of an integer.</param>
/// <param name="Scale">Of a decimal.</param>
internal sealed record ParquetLogicalType(short Kind, int Unit, bool IsSigned, int Scale)
{
    public const short DecimalKind = 5;
    public const short TimeKind = 7;
    public const short TimestampKind = 8;
    public const short IntegerKind = 10;

    public const int Micros = 2;
    public const int Nanos = 3;
}
