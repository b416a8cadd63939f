using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Introspection;

/// <summary>A PostgreSQL type as far as moving its values needs it. Domains are seen through to their base type.</summary>
public sealed record PostgresType
{
    public required uint Oid { get; init; }

    /// <summary>As <c>format_type</c> writes it: <c>numeric(12,2)</c>, <c>integer[]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The format of a value as it lies in the table.</summary>
    public required PostgresWireKind Wire { get; init; }

    /// <summary>True when values are read as text: by a cast in the SELECT, for types whose text is what the other tier stores.</summary>
    public bool ReadAsText { get; init; }

    /// <summary>True for text and varchar: what compares as text without a cast.</summary>
    public bool IsPlainText { get; init; }

    /// <summary>True for char(n), whose values end in spaces that do not belong to them where no cast takes these off: inside of composites.</summary>
    public bool IsPadded { get; init; }

    /// <summary>True for json and jsonb.</summary>
    public bool IsJson { get; init; }

    /// <summary>An array's element type.</summary>
    public PostgresType? Element { get; init; }

    /// <summary>A composite's fields.</summary>
    public ImmutableArray<PostgresField> Fields { get; init; } = [];

    /// <summary>What the values are in Iceberg; null when the type has no counterpart. Numbers ids of nested fields from the counter.</summary>
    internal Func<FieldIdCounter, IcebergType?> ToIceberg { get; init; } = _ => null;

    /// <summary>A type known by its format alone, for values that are read and never stored.</summary>
    internal static PostgresType OfWire(string name, PostgresWireKind wire) => new() { Oid = 0, Name = name, Wire = wire };

    public override string ToString() => Name;
}

/// <summary>A field of a composite type.</summary>
public sealed record PostgresField(string Name, PostgresType Type);

/// <summary>Gives out field ids, ascending, and notes which fields hold JSON.</summary>
internal sealed class FieldIdCounter(int last)
{
    private int _last = last;

    public HashSet<int> JsonFieldIds { get; } = [];

    public int Next(PostgresType type)
    {
        Note(++_last, type);
        return _last;
    }

    public void Note(int id, PostgresType type)
    {
        if (type.IsJson)
        {
            JsonFieldIds.Add(id);
        }
    }
}
