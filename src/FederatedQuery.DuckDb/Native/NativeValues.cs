using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

/// <summary><c>duckdb_hugeint</c>; Int128 itself may not cross a P/Invoke by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NativeHugeInt(Int128 value)
{
    private readonly ulong _lower = (ulong)(value & ulong.MaxValue);
    private readonly long _upper = (long)(value >> 64);

    public Int128 Value => new((ulong)_upper, _lower);
}

/// <summary><c>duckdb_uhugeint</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NativeUHugeInt(UInt128 value)
{
    private readonly ulong _lower = (ulong)(value & ulong.MaxValue);
    private readonly ulong _upper = (ulong)(value >> 64);

    public UInt128 Value => new(_upper, _lower);
}

/// <summary><c>duckdb_decimal</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NativeDecimal(byte width, byte scale, Int128 value)
{
    public readonly byte Width = width;
    public readonly byte Scale = scale;
    public readonly NativeHugeInt Unscaled = new(value);
}

/// <summary><c>duckdb_blob</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NativeBlob
{
    public readonly nint Data;
    public readonly ulong Size;
}
