namespace FederatedQuery.Iceberg.Spec;

/// <summary>A field of a struct, or the element, key or value of a list or map.</summary>
public sealed record NestedField
{
    public NestedField(int id, string name, IcebergType type, bool required, string? doc = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(type);
        Id = id;
        Name = name;
        Type = type;
        Required = required;
        Doc = doc;
    }

    public int Id { get; init; }

    public string Name { get; init; }

    public IcebergType Type { get; init; }

    public bool Required { get; init; }

    public bool Optional => !Required;

    public string? Doc { get; init; }

    /// <summary>What rows have that were written before the field was added (v3). Null: none.</summary>
    public SingleValue? InitialDefault { get; init; }

    /// <summary>What writers put in when they are given no value (v3). Null: none.</summary>
    public SingleValue? WriteDefault { get; init; }

    public static NestedField RequiredField(int id, string name, IcebergType type, string? doc = null) => new(id, name, type, true, doc);

    public static NestedField OptionalField(int id, string name, IcebergType type, string? doc = null) => new(id, name, type, false, doc);

    public override string ToString() => $"{Id}: {Name}: {(Required ? "required" : "optional")} {Type}";
}
