using System.Text.Json;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>
/// What a schema object carries besides the properties that Avro's parser uses: <c>field-id</c>, <c>logicalType</c>, <c>doc</c> and the like, in the order written.
/// </summary>
public sealed class AvroAttributes
{
    private readonly List<KeyValuePair<string, JsonElement>> _items;

    public AvroAttributes(params IEnumerable<KeyValuePair<string, JsonElement>> items) => _items = [.. items];

    public static AvroAttributes None { get; } = new();

    public IReadOnlyList<KeyValuePair<string, JsonElement>> Items => _items;

    public static AvroAttributes Of(params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var items = new List<KeyValuePair<string, JsonElement>>();
        foreach (var (name, value) in attributes)
        {
            items.Add(new(name, JsonSerializer.SerializeToElement(value)));
        }

        return new AvroAttributes(items);
    }

    public JsonElement? Find(string name)
    {
        foreach (var item in _items)
        {
            if (item.Key == name)
            {
                return item.Value;
            }
        }

        return null;
    }

    /// <summary>Null when the attribute is missing or no 32-bit integer.</summary>
    public int? FindInt(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    /// <summary>Null when the attribute is missing or no string.</summary>
    public string? FindString(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
