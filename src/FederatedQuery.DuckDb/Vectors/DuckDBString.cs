using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Vectors;

/// <summary><c>duckdb_string_t</c>, 16 bytes: up to 12 bytes lie in it; of longer ones it holds four and a pointer into the vector's heap.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct DuckDBString
{
    public const int InlineLength = 12;

    [FieldOffset(0)]
    public uint Length;

    [FieldOffset(4)]
    public fixed byte Inlined[InlineLength];

    [FieldOffset(8)]
    public byte* Pointer;
}
