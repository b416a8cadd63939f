using System.Text;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transforms;

/// <summary>The hash of values by type (spec: Appendix B).</summary>
internal static class BucketHash
{
    private const long CanonicalNaN = 0x7ff8000000000000;

    /// <summary>Also defined for boolean, float and double, although these cannot be bucketed.</summary>
    public static int Of(Literal value)
    {
        switch (value.TypeId)
        {
            case TypeId.Boolean:
                return Murmur3.HashLong(value.AsBoolean ? 1 : 0);
            case TypeId.Float or TypeId.Double:
                var number = value.AsDouble;
                return Murmur3.HashLong(double.IsNaN(number) ? CanonicalNaN : BitConverter.DoubleToInt64Bits(number == 0 ? 0.0 : number));
            case TypeId.TimestampNs or TypeId.TimestamptzNs:
                return Murmur3.HashLong(CivilTime.FloorDivide(value.AsLong, 1_000));
            case TypeId.Decimal:
                return Murmur3.Hash(Literal.ToMinimalBigEndian(value.UnscaledValue));
            case TypeId.String:
                return OfText(value.AsString);
            case TypeId.Uuid:
                Span<byte> uuid = stackalloc byte[16];
                value.WriteUuid(uuid);
                return Murmur3.Hash(uuid);
            case TypeId.Fixed or TypeId.Binary:
                return Murmur3.Hash(value.AsBytes.Span);
            default:
                return Murmur3.HashLong(value.AsLong);
        }
    }

    private static int OfText(string text)
    {
        const int MaxOnStack = 512;
        var bound = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (bound > MaxOnStack)
        {
            return Murmur3.Hash(Encoding.UTF8.GetBytes(text));
        }

        Span<byte> utf8 = stackalloc byte[MaxOnStack];
        return Murmur3.Hash(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }
}
