using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Values of the columns by which a foreign key joins rows, as the other end's columns have them.</summary>
internal readonly struct RowKey(ImmutableArray<Literal> values) : IEquatable<RowKey>
{
    public ImmutableArray<Literal> Values { get; } = values;

    /// <summary>The key that a row refers to.</summary>
    /// <returns>Null: a part of it is null, or nothing that the other end could have.</returns>
    public static RowKey? Of(RowNode row, IEnumerable<int> fields, IEnumerable<IcebergType> types) => Of(fields.Select(row.Value), types);

    /// <inheritdoc cref="Of(RowNode, IEnumerable{int}, IEnumerable{IcebergType})"/>
    public static RowKey? Of(IEnumerable<Literal?> parts, IEnumerable<IcebergType> types)
    {
        var values = parts.Zip(types, (part, type) => part is { } value ? As(value, type) : null).ToList();
        return values.Contains(null) ? null : new RowKey([.. values.Select(value => value!.Value)]);
    }

    public bool Equals(RowKey other) => Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override bool Equals(object? obj) => obj is RowKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in Values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Foreign keys may join integers of two sizes.</summary>
    private static Literal? As(Literal value, IcebergType type) => (value.TypeId, type) switch
    {
        (TypeId.Int, LongType) => Literal.Long(value.AsInt),
        (TypeId.Long, IntType) => value.AsLong is >= int.MinValue and <= int.MaxValue ? Literal.Int((int)value.AsLong) : null,
        _ => value,
    };
}
