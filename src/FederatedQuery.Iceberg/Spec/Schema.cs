using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// A table's columns: a struct with an id and, if any, the fields that identify rows. Immutable and safe to share between threads.
/// </summary>
public sealed class Schema : IEquatable<Schema>
{
    private readonly FrozenDictionary<int, SchemaField> _byId;
    private readonly Lazy<SchemaNames> _names;

    /// <exception cref="IcebergException">Two fields share an id, or an identifier field is missing, optional, nested or floating point.</exception>
    public Schema(int schemaId, StructType type, ImmutableArray<int> identifierFieldIds = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        SchemaId = schemaId;
        Type = type;
        IdentifierFieldIds = identifierFieldIds.IsDefault ? [] : identifierFieldIds;
        _byId = SchemaField.Index(type);
        _names = new Lazy<SchemaNames>(() => new SchemaNames(_byId.Values));
        HighestFieldId = _byId.Count == 0 ? 0 : _byId.Keys.Max();
        foreach (var id in IdentifierFieldIds)
        {
            CheckIdentifier(id);
        }
    }

    public Schema(int schemaId, params ImmutableArray<NestedField> fields)
        : this(schemaId, new StructType(fields))
    {
    }

    public int SchemaId { get; }

    public StructType Type { get; }

    public ImmutableArray<NestedField> Fields => Type.Fields;

    /// <summary>Ids of the fields that identify a row; empty when there are none.</summary>
    public ImmutableArray<int> IdentifierFieldIds { get; }

    /// <summary>The highest id of any field, nested ones included; 0 for an empty schema.</summary>
    public int HighestFieldId { get; }

    /// <summary>Every field at any depth, by ascending id.</summary>
    public IEnumerable<SchemaField> AllFields => _byId.Values.OrderBy(f => f.Id);

    public SchemaField? FindField(int id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// Finds a field by its dotted name: <c>a</c>, <c>point.x</c>, <c>list.element</c>, <c>map.value.y</c>. Where a name is both a field
    /// with a dot and a nested field, the less nested one is meant.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IcebergException">Case does not count and several fields differ only by it.</exception>
    public SchemaField? FindField(string name, bool caseSensitive = true)
    {
        ArgumentNullException.ThrowIfNull(name);
        return caseSensitive ? _names.Value.Find(name) : _names.Value.FindIgnoringCase(name);
    }

    public bool TryFindField(int id, [NotNullWhen(true)] out SchemaField? field) => (field = FindField(id)) is not null;

    /// <summary>The dotted name of a field, or null when there is no field of that id.</summary>
    public string? FindName(int id) => FindField(id)?.FullName;

    /// <summary>The same columns under another schema id.</summary>
    public Schema WithSchemaId(int schemaId) => new(schemaId, Type, IdentifierFieldIds);

    /// <summary>Same columns and identifier fields; the schema id does not count.</summary>
    public bool SameStructure(Schema other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Type.Equals(other.Type) && IdentifierFieldIds.ToHashSet().SetEquals(other.IdentifierFieldIds);
    }

    public bool Equals(Schema? other) => other is not null && SchemaId == other.SchemaId && SameStructure(other);

    public override bool Equals(object? obj) => Equals(obj as Schema);

    public override int GetHashCode() => HashCode.Combine(SchemaId, Type);

    public override string ToString() => $"schema {SchemaId}: {Type}";

    private void CheckIdentifier(int id)
    {
        var problem = FindField(id) switch
        {
            null => "is not a field of the schema",
            { Type: not PrimitiveType } => "is not of a primitive type",
            { Type: FloatType or DoubleType } => "is of a floating point type",
            { Field.Required: false } => "is optional",
            { IsInListOrMap: true } => "is inside a list or a map",
            _ => null,
        };
        if (problem is not null)
        {
            throw IcebergException.InvalidMetadata($"Schema {SchemaId}: the identifier field {id} ({FindName(id) ?? "unknown"}) {problem}.");
        }
    }
}
