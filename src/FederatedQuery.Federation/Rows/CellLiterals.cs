using System.Collections.Immutable;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Values of vectors as literals.</summary>
internal static class CellLiterals
{
    /// <param name="vector">Of the DuckDB type that stands for the type.</param>
    /// <param name="type">Of the column.</param>
    /// <returns>Null for null.</returns>
    public static Literal? Read(DuckDBVector vector, int row, PrimitiveType type) => !vector.IsValid(row) ? null : type switch
    {
        BooleanType => Literal.Boolean(vector.Values<byte>()[row] != 0),
        IntType => Literal.Int(vector.Values<int>()[row]),
        LongType => Literal.Long(vector.Values<long>()[row]),
        FloatType => Literal.Float(vector.Values<float>()[row]),
        DoubleType => Literal.Double(vector.Values<double>()[row]),
        DecimalType exact => Literal.Decimal(vector.Unscaled(row), exact.Scale),
        DateType => Literal.Date(vector.Values<int>()[row]),
        TimeType => Literal.Time(vector.Values<long>()[row]),
        TimestampType => Literal.Timestamp(vector.Values<long>()[row]),
        TimestamptzType => Literal.Timestamptz(vector.Values<long>()[row]),
        TimestampNsType => Literal.TimestampNs(vector.Values<long>()[row]),
        StringType => Literal.String(vector.String(row)),
        UuidType => Literal.Uuid(vector.Values<DuckDBUuid>()[row].ToGuid()),
        FixedType => Literal.Fixed(vector.Utf8(row)),
        BinaryType => Literal.Binary(vector.Utf8(row)),
        _ => throw new System.Diagnostics.UnreachableException(type.ToString()),
    };

    /// <summary>What the values of a column are read as.</summary>
    public static PrimitiveType TypeOf(NestedField column) => column.Type switch
    {
        TimestamptzNsType => IcebergType.Timestamptz,
        PrimitiveType primitive => primitive,
        var nested => throw new InvalidOperationException($"Column '{column.Name}' is of type {nested}, whose values are no literals."),
    };

    /// <summary>Where a row is in an order.</summary>
    /// <param name="columns">Where each term's values are.</param>
    public static RowCursor CursorOf(SortedChunk chunk, int row, ImmutableArray<RowTerm> terms, ImmutableArray<int> columns, long occurrence) =>
        new([.. terms.Select((term, i) => Read(chunk.Vector(columns[i]), row, term.Type))], occurrence);

    /// <summary>Whether two values have the same place in an order: as <see cref="Literal.Equals(Literal)"/>, but -0 is 0.</summary>
    public static bool AreEqual(Literal? left, Literal? right) => (left, right) switch
    {
        (null, null) => true,
        ({ TypeId: TypeId.Float or TypeId.Double } one, { TypeId: TypeId.Float or TypeId.Double } other) =>
            one.AsDouble.Equals(other.AsDouble) || one.AsDouble == other.AsDouble,
        ({ } one, { } other) => one.Equals(other),
        _ => false,
    };
}
