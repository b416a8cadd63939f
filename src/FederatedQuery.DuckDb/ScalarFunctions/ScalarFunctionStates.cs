using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.ScalarFunctions;

/// <summary>Held by DuckDB's catalog; the database only weakly, else one that nobody disposes of could never be collected.</summary>
internal sealed record RegisteredScalarFunction(ScalarFunction Function, WeakReference<DuckDBDatabase> Database);

/// <summary>Held by a bound statement, and by each copy DuckDB makes of its expressions.</summary>
internal sealed record BoundScalarFunction(ScalarFunction Function, DuckDBConnection? Connection)
{
    private volatile IReadOnlyList<DuckDBLogicalType>? _types;

    /// <summary>Of the arguments, which stay the same for all calls of one expression: asked once.</summary>
    /// <param name="chunk">Of any call.</param>
    public IReadOnlyList<DuckDBLogicalType> TypesOf(nint chunk)
    {
        if (_types is { } known)
        {
            return known;
        }

        var types = new DuckDBLogicalType[NativeMethods.DataChunks.GetColumnCount(chunk)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = LogicalTypeConverter.Read(NativeMethods.Vectors.GetColumnType(NativeMethods.DataChunks.GetVector(chunk, (ulong)i)));
        }

        return _types = types;
    }
}
