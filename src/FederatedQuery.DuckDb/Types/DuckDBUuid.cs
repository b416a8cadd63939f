using System.Buffers.Binary;

namespace FederatedQuery.DuckDb.Types;

/// <summary>A UUID as vectors hold it: a signed 128-bit integer with the top bit flipped, so that it sorts as its text does.</summary>
public readonly record struct DuckDBUuid(Int128 Value)
{
    private static readonly UInt128 TopBit = UInt128.One << 127;

    public static DuckDBUuid From(Guid guid) => new((Int128)(ToBits(guid) ^ TopBit));

    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, (UInt128)Value ^ TopBit);
        return new Guid(bytes, bigEndian: true);
    }

    internal static UInt128 ToBits(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    internal static Guid FromBits(UInt128 bits) => new DuckDBUuid((Int128)(bits ^ TopBit)).ToGuid();
}
