using System.Numerics;

namespace FederatedQuery.Iceberg.Spec;

public readonly partial struct Literal
{
    public static bool operator ==(Literal left, Literal right) => left.Equals(right);

    public static bool operator !=(Literal left, Literal right) => !left.Equals(right);

    public bool Equals(Literal other) => TypeId == other.TypeId && TypeId switch
    {
        TypeId.String => string.Equals(AsString, other.AsString, StringComparison.Ordinal),
        TypeId.Fixed or TypeId.Binary => AsBytes.Span.SequenceEqual(other.AsBytes.Span),
        TypeId.Float or TypeId.Double => _low == other._low || (IsNaN && other.IsNaN),
        TypeId.Decimal when _scale != other._scale => CompareTo(other) == 0,
        _ => _low == other._low && _high == other._high,
    };

    public override bool Equals(object? obj) => obj is Literal other && Equals(other);

    public override int GetHashCode()
    {
        switch (TypeId)
        {
            case TypeId.String:
                return AsString.GetHashCode(StringComparison.Ordinal);
            case TypeId.Fixed or TypeId.Binary:
                var hash = new HashCode();
                hash.AddBytes(AsBytes.Span);
                return hash.ToHashCode();
            case TypeId.Float or TypeId.Double when IsNaN:
                return TypeId.GetHashCode();
            case TypeId.Decimal:
                // Equal worth must hash alike whatever the scale, so trailing zeros do not count.
                var unscaled = UnscaledValue;
                var scale = unscaled == 0 ? 0 : Scale;
                while (unscaled != 0 && unscaled % 10 == 0)
                {
                    unscaled /= 10;
                    scale--;
                }

                return HashCode.Combine(unscaled, scale);
            default:
                return HashCode.Combine(TypeId, _low, _high);
        }
    }

    /// <summary>Iceberg's sort order among values of one type.</summary>
    /// <exception cref="ArgumentException">The values are of two types.</exception>
    public int CompareTo(Literal other)
    {
        if (TypeId != other.TypeId)
        {
            throw new ArgumentException($"A value of kind {TypeId} has no order with one of kind {other.TypeId}.", nameof(other));
        }

        return TypeId switch
        {
            TypeId.Float or TypeId.Double => CompareTotalOrder(AsDouble, other.AsDouble),
            TypeId.Decimal => CompareDecimals(UnscaledValue, Scale, other.UnscaledValue, other.Scale),
            TypeId.String => CodePoints.Compare(AsString, other.AsString),
            TypeId.Uuid => ((ulong)_high, (ulong)_low).CompareTo(((ulong)other._high, (ulong)other._low)),
            TypeId.Fixed or TypeId.Binary => AsBytes.Span.SequenceCompareTo(other.AsBytes.Span),
            _ => _low.CompareTo(other._low),
        };
    }

    /// <summary>
    /// The order predicates are decided by: as <see cref="CompareTo"/>, but -0 equals +0, as the expressions specification, DuckDB and
    /// PostgreSQL have it.
    /// </summary>
    internal static int CompareInPredicate(Literal left, Literal right) =>
        left.TypeId is TypeId.Float or TypeId.Double && left.TypeId == right.TypeId && left.AsDouble == right.AsDouble
            ? 0
            : left.CompareTo(right);

    private static int CompareTotalOrder(double left, double right)
    {
        if (left < right)
        {
            return -1;
        }

        if (left > right)
        {
            return 1;
        }

        if (double.IsNaN(left) || double.IsNaN(right))
        {
            return double.IsNaN(left).CompareTo(double.IsNaN(right));
        }

        return double.IsNegative(right).CompareTo(double.IsNegative(left));
    }

    private static int CompareDecimals(Int128 left, int leftScale, Int128 right, int rightScale)
    {
        if (leftScale == rightScale)
        {
            return left.CompareTo(right);
        }

        var scale = Math.Max(leftScale, rightScale);
        var wideLeft = (BigInteger)left * BigInteger.Pow(10, scale - leftScale);
        var wideRight = (BigInteger)right * BigInteger.Pow(10, scale - rightScale);
        return wideLeft.CompareTo(wideRight);
    }
}
