using System.Buffers.Binary;
using System.Numerics;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Parquet;

/// <summary>
/// The minimum and maximum of a column chunk as Iceberg's bounds (spec: Appendix D). What is not surely the same thing (an unsigned integer, a
/// timestamp of milliseconds, a decimal of another scale) is no bound.
/// </summary>
internal static class StatisticsBounds
{
    private const int ConvertedDecimal = 5;
    private const int ConvertedDate = 6;
    private const int ConvertedTimeMicros = 8;
    private const int ConvertedTimestampMicros = 10;
    private const int ConvertedInt8 = 15;
    private const int ConvertedInt64 = 18;
    private const short DateKind = 6;

    /// <summary>Whether a leaf's statistics are values of an Iceberg type, or of one that was promoted to it.</summary>
    public static bool AreOf(IcebergType type, ParquetSchemaElement element) => (type.TypeId, element.PhysicalType) switch
    {
        (TypeId.Boolean, ParquetPhysicalType.Boolean) => true,
        (TypeId.Int, ParquetPhysicalType.Int32) => IsSignedInteger(element),
        (TypeId.Long, ParquetPhysicalType.Int32 or ParquetPhysicalType.Int64) => IsSignedInteger(element),
        (TypeId.Float, ParquetPhysicalType.Float) => true,
        (TypeId.Double, ParquetPhysicalType.Float or ParquetPhysicalType.Double) => true,
        (TypeId.Decimal, ParquetPhysicalType.Int32 or ParquetPhysicalType.Int64 or ParquetPhysicalType.ByteArray or ParquetPhysicalType.FixedLenByteArray) =>
            IsDecimal(element) && element.Scale == ((DecimalType)type).Scale,
        (TypeId.Date, ParquetPhysicalType.Int32) => element.LogicalType is { } logical ? logical.Kind == DateKind : element.ConvertedType == ConvertedDate,
        (TypeId.Time, ParquetPhysicalType.Int64) => Counts(element, ParquetLogicalType.TimeKind, ParquetLogicalType.Micros, ConvertedTimeMicros),
        (TypeId.Timestamp or TypeId.Timestamptz, ParquetPhysicalType.Int64) =>
            Counts(element, ParquetLogicalType.TimestampKind, ParquetLogicalType.Micros, ConvertedTimestampMicros),
        (TypeId.TimestampNs or TypeId.TimestamptzNs, ParquetPhysicalType.Int64) =>
            Counts(element, ParquetLogicalType.TimestampKind, ParquetLogicalType.Nanos, converted: null),
        (TypeId.String or TypeId.Binary, ParquetPhysicalType.ByteArray) => !IsDecimal(element),
        (TypeId.Uuid or TypeId.Fixed, ParquetPhysicalType.FixedLenByteArray) => !IsDecimal(element),
        _ => false,
    };

    /// <returns>False for a value that bounds nothing: NaN, or one of another width than its type.</returns>
    public static bool TryConvert(ParquetSchemaElement element, ReadOnlyMemory<byte> value, bool isLower, out ReadOnlyMemory<byte> bound)
    {
        bound = value;
        switch (element.PhysicalType)
        {
            case ParquetPhysicalType.Boolean:
                return value.Length == 1;
            case ParquetPhysicalType.Int32 when value.Length == sizeof(int):
                bound = IsDecimal(element) ? BigEndian(BinaryPrimitives.ReadInt32LittleEndian(value.Span)) : value;
                return true;
            case ParquetPhysicalType.Int64 when value.Length == sizeof(long):
                bound = IsDecimal(element) ? BigEndian(BinaryPrimitives.ReadInt64LittleEndian(value.Span)) : value;
                return true;
            case ParquetPhysicalType.Float when value.Length == sizeof(float):
                return IsOrdered(BinaryPrimitives.ReadSingleLittleEndian(value.Span), isLower, ref bound);
            case ParquetPhysicalType.Double when value.Length == sizeof(double):
                return IsOrdered(BinaryPrimitives.ReadDoubleLittleEndian(value.Span), isLower, ref bound);
            case ParquetPhysicalType.ByteArray or ParquetPhysicalType.FixedLenByteArray:
                return value.Length > 0 || !IsDecimal(element);
            default:
                return false;
        }
    }

    private static bool IsSignedInteger(ParquetSchemaElement element) => element.LogicalType is { } logical
        ? logical is { Kind: ParquetLogicalType.IntegerKind, IsSigned: true }
        : element.ConvertedType is null or (>= ConvertedInt8 and <= ConvertedInt64);

    private static bool IsDecimal(ParquetSchemaElement element) => element.LogicalType is { } logical
        ? logical.Kind == ParquetLogicalType.DecimalKind
        : element.ConvertedType == ConvertedDecimal;

    private static bool Counts(ParquetSchemaElement element, short kind, int unit, int? converted) => element.LogicalType is { } logical
        ? logical.Kind == kind && logical.Unit == unit
        : converted is not null && element.ConvertedType == converted;

    /// <summary>Decimals are little-endian integers here, and big-endian two's complement there.</summary>
    private static byte[] BigEndian(long unscaled) => new BigInteger(unscaled).ToByteArray(isUnsigned: false, isBigEndian: true);

    /// <summary>A NaN bounds nothing; a zero may stand for either sign (Parquet: ColumnOrder), so it is taken for the outer one.</summary>
    private static bool IsOrdered(double value, bool isLower, ref ReadOnlyMemory<byte> bound)
    {
        if (value == 0)
        {
            var zero = new byte[bound.Length];
            zero[^1] = isLower ? (byte)0x80 : (byte)0;
            bound = zero;
        }

        return !double.IsNaN(value);
    }
}
