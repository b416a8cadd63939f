using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Tells keys of several parts apart by their values.</summary>
internal sealed class KeyComparer : IEqualityComparer<ImmutableArray<Literal>>
{
    public static KeyComparer Instance { get; } = new();

    public bool Equals(ImmutableArray<Literal> x, ImmutableArray<Literal> y) => x.AsSpan().SequenceEqual(y.AsSpan());

    public int GetHashCode(ImmutableArray<Literal> key)
    {
        var hash = default(HashCode);
        foreach (var value in key)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
