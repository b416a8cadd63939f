using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>A part of the order that rows are read in.</summary>
/// <param name="Field">The column.</param>
/// <param name="Descending">And nulls first.</param>
/// <param name="Name">What predicates call its values.</param>
/// <param name="Type">Of its values, as they are compared.</param>
/// <param name="IsKnownToTiers">True when both tiers can compare it by themselves; else DuckDB alone does, by <see cref="Field"/>'s values as text.</param>
internal sealed record RowTerm(NestedField Field, bool Descending, string Name, PrimitiveType Type, bool IsKnownToTiers)
{
    /// <summary>The other way round.</summary>
    public RowTerm Reversed => this with { Descending = !Descending };

    public static RowTerm Of(NestedField field, bool descending) => field.Type switch
    {
        BooleanType or IntType or LongType or FloatType or DoubleType or DecimalType or DateType or TimeType or TimestampType or TimestamptzType or TimestampNsType or StringType
            or UuidType or FixedType or BinaryType => new RowTerm(field, descending, field.Name, (PrimitiveType)field.Type, true),
        // Read in microseconds, while the files' bounds are in nanoseconds.
        TimestamptzNsType => new RowTerm(field, descending, field.Name, IcebergType.Timestamptz, false),
        _ => new RowTerm(field, descending, $"\u0001text of {field.Name}", IcebergType.String, false),
    };

    /// <summary>True when values are compared as the text that DuckDB makes of them.</summary>
    public bool IsText => Field.Type is not StringType && Type is StringType;
}
