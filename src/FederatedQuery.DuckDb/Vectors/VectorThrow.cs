using System.Diagnostics.CodeAnalysis;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Vectors;

/// <summary>Rare failures of vector access, out of the loops.</summary>
internal static class VectorThrow
{
    [DoesNotReturn]
    public static void WrongSize(Type asked, int askedSize, DuckDBLogicalType type) =>
        throw new InvalidOperationException(
            $"A vector of {type} has values of {type.ValueSize} bytes ({type.PhysicalType}), but {asked.Name} has {askedSize}.");

    [DoesNotReturn]
    public static void RowOutOfRange(int row, int count) =>
        throw new ArgumentOutOfRangeException(nameof(row), row, $"The vector has {count} rows.");

    public static void IfNotText(DuckDBLogicalType type)
    {
        if (!HoldsText(type))
        {
            throw new InvalidOperationException($"A vector of {type} holds no text or bytes.");
        }
    }

    public static bool HoldsText(DuckDBLogicalType type) => type.Type
        is DuckDBType.Varchar or DuckDBType.Blob or DuckDBType.Bit or DuckDBType.BigNum or DuckDBType.Geometry;
}
