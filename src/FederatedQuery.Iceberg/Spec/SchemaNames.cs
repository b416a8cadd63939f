using System.Collections.Frozen;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>The dotted names of a schema's fields.</summary>
internal sealed class SchemaNames
{
    private readonly FrozenDictionary<string, SchemaField> _exact;
    private readonly FrozenDictionary<string, SchemaField[]> _ignoringCase;

    public SchemaNames(IEnumerable<SchemaField> fields)
    {
        _exact = fields
            .GroupBy(field => field.FullName, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.MinBy(field => (field.Depth, field.Id))!, StringComparer.Ordinal);
        _ignoringCase = _exact.Values
            .GroupBy(field => field.FullName, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    public SchemaField? Find(string name) => _exact.GetValueOrDefault(name);

    public SchemaField? FindIgnoringCase(string name)
    {
        var found = _ignoringCase.GetValueOrDefault(name);
        return found switch
        {
            null => null,
            [var only] => only,
            _ => throw IcebergException.InvalidExpression(
                $"The column name '{name}' is ambiguous: {string.Join(", ", found.Select(f => $"'{f.FullName}'"))} differ only by case. Match case."),
        };
    }
}
