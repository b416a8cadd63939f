using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// A value of any type but variant, geometry and geography, as field defaults hold it (spec: Default values): a literal, or a struct,
/// list or map of
/// such values, in which null stands for null.
/// </summary>
public abstract record SingleValue
{
    private protected SingleValue()
    {
    }

    public static implicit operator SingleValue(Literal value) => new PrimitiveValue(value);
}

public sealed record PrimitiveValue(Literal Value) : SingleValue
{
    public override string ToString() => Value.ToString();
}

/// <summary>Values by field id. A field that is not listed takes its own default.</summary>
public sealed record StructValue(ImmutableSortedDictionary<int, SingleValue?> Fields) : SingleValue
{
    public bool Equals(StructValue? other) => other is not null && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => Fields.Aggregate(0, (hash, field) => HashCode.Combine(hash, field.Key, field.Value));
}

public sealed record ListValue(ImmutableArray<SingleValue?> Elements) : SingleValue
{
    public bool Equals(ListValue? other) => other is not null && Elements.AsSpan().SequenceEqual(other.Elements.AsSpan());

    public override int GetHashCode() => Elements.Aggregate(0, HashCode.Combine);
}

/// <summary>Keys and values of equal count, in order.</summary>
public sealed record MapValue(ImmutableArray<SingleValue?> Keys, ImmutableArray<SingleValue?> Values) : SingleValue
{
    public bool Equals(MapValue? other) => other is not null
        && Keys.AsSpan().SequenceEqual(other.Keys.AsSpan()) && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => Values.Aggregate(Keys.Aggregate(0, HashCode.Combine), HashCode.Combine);
}
