using System.Text;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Expressions.Texts;

/// <summary>The text is JSON that has a value at the path, null included. Of equal keys the last counts. What is not JSON has none.</summary>
public sealed record JsonExistsTest(JsonPath Path) : TextTest
{
    public override bool Matches(ReadOnlySpan<byte> utf8) => JsonLookup.TryFind(utf8, Path, out _);

    public override string ToString() => $"has {Path}";
}

/// <summary>
/// The text is JSON that has at the path a value equal to the one given: numbers by value (1.0 is 1e0), objects whatever the order of their keys.
/// </summary>
public sealed record JsonEqualTest : TextTest
{
    private readonly JsonElement _value;
    private readonly byte[]? _string;

    /// <param name="path">Where.</param>
    /// <param name="json">The value as JSON.</param>
    /// <exception cref="JsonException">It is not.</exception>
    public JsonEqualTest(JsonPath path, string json)
    {
        Path = path;
        Json = json;
        _value = JsonElement.Parse(json, JsonLookup.DocumentOptions);
        _string = _value.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(_value.GetString()!) : null;
    }

    public JsonPath Path { get; }

    /// <summary>The value as JSON.</summary>
    public string Json { get; }

    public override bool Matches(ReadOnlySpan<byte> utf8)
    {
        if (!JsonLookup.TryFind(utf8, Path, out var found))
        {
            return false;
        }

        var reader = new Utf8JsonReader(found, JsonLookup.ReaderOptions);
        reader.Read();
        return _string is not null
            ? reader.TokenType == JsonTokenType.String && JsonLookup.TextEquals(ref reader, _string)
            : IsSameKind(reader.TokenType) && JsonLookup.ValueEquals(ref reader, _value);
    }

    public bool Equals(JsonEqualTest? other) => other is not null && Path.Equals(other.Path) && Json == other.Json;

    public override int GetHashCode() => HashCode.Combine(Path, Json);

    public override string ToString() => $"has {Path} = {Json}";

    private bool IsSameKind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => _value.ValueKind == JsonValueKind.Object,
        JsonTokenType.StartArray => _value.ValueKind == JsonValueKind.Array,
        JsonTokenType.Number => _value.ValueKind == JsonValueKind.Number,
        JsonTokenType.True => _value.ValueKind == JsonValueKind.True,
        JsonTokenType.False => _value.ValueKind == JsonValueKind.False,
        JsonTokenType.Null => _value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
