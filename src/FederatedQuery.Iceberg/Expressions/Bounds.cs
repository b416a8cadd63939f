using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

internal static class Bounds
{
    /// <returns>Null when there is no bound, or it is none that can be read: then it tells nothing.</returns>
    public static Literal? Decode(IcebergType type, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } present || type is not PrimitiveType primitive)
        {
            return null;
        }

        // Bounds of fixed columns may be cut like those of binary ones.
        if (type is FixedType { Length: var length } && present.Length < length)
        {
            return Literal.Fixed(present.Span);
        }

        return Literal.TryFromBytes(primitive, present.Span, out var value) ? value : null;
    }
}
