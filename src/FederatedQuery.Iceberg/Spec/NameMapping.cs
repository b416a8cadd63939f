using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Field ids for data files that carry none, by the names in the files (spec: Column Projection; property
/// <see cref="TableProperties.DefaultNameMapping"/>). Immutable.
/// </summary>
public sealed class NameMapping
{
    private const string Where = "the name mapping";
    private const int MaxDepth = 100;

    private NameMapping(MappedFields fields) => Fields = fields;

    /// <summary>The columns.</summary>
    public MappedFields Fields { get; }

    /// <summary>The table's mapping; null when it has none.</summary>
    /// <exception cref="IcebergException">InvalidMetadata: the property is not a name mapping.</exception>
    public static NameMapping? Of(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Properties.TryGetValue(TableProperties.DefaultNameMapping, out var json) ? Parse(json) : null;
    }

    /// <exception cref="IcebergException">InvalidMetadata: the text is not a name mapping.</exception>
    public static NameMapping Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return new NameMapping(ReadFields(document.RootElement, depth: 0));
        }
        catch (JsonException exception)
        {
            throw IcebergException.InvalidMetadata($"The table property '{TableProperties.DefaultNameMapping}' is not valid JSON: {exception.Message}", exception);
        }
    }

    private static MappedFields ReadFields(JsonElement json, int depth)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            throw JsonElementExtensions.Wrong(json, "fields", Where, "an array");
        }

        if (depth > MaxDepth)
        {
            throw IcebergException.InvalidMetadata($"The name mapping is nested more than {MaxDepth} levels deep.");
        }

        var byName = ImmutableDictionary.CreateBuilder<string, MappedField>(StringComparer.Ordinal);
        foreach (var item in json.EnumerateArray())
        {
            var children = item.Optional("fields") is { } fields ? ReadFields(fields, depth + 1) : MappedFields.None;
            var field = new MappedField(item.OptionalInt("field-id", Where), children);
            foreach (var name in item.RequiredArray("names", Where).Select(name => name.AsString("names", Where)))
            {
                if (!byName.TryAdd(name, field))
                {
                    throw IcebergException.InvalidMetadata($"The name mapping has the name '{name}' twice at one level.");
                }
            }
        }

        return new MappedFields(byName.ToImmutable());
    }
}

/// <summary>The fields of one level of a <see cref="NameMapping"/>.</summary>
public sealed class MappedFields
{
    private readonly ImmutableDictionary<string, MappedField> _byName;

    internal MappedFields(ImmutableDictionary<string, MappedField> byName) => _byName = byName;

    internal static MappedFields None { get; } = new(ImmutableDictionary<string, MappedField>.Empty);

    /// <summary>The field that a name in a file stands for; null when the mapping has none.</summary>
    public MappedField? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether some name, here or deeper, stands for the field.</summary>
    public bool Covers(int fieldId) => _byName.Values.Any(field => field.FieldId == fieldId || field.Fields.Covers(fieldId));
}

/// <param name="FieldId">Null: the field is left out of the table, though fields below it need not be.</param>
/// <param name="Fields">What is below it: of a list <c>element</c>, of a map <c>key</c> and <c>value</c>.</param>
public sealed record MappedField(int? FieldId, MappedFields Fields);
