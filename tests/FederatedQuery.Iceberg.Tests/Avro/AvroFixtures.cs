using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Avro;

/// <summary>The single Avro files among the shared fixtures, and what they must hold.</summary>
internal static class AvroFixtures
{
    private static readonly Lazy<List<JsonElement>> Files = new(() =>
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(PathOf("index.json")));
        return index.RootElement.GetProperty("files").EnumerateArray().Select(file => file.Clone()).ToList();
    });

    public static IEnumerable<JsonElement> Of(string folder) => Repository.Shared is null
        ? []
        : Files.Value.Where(file => file.GetProperty("path").GetString()!.StartsWith($"files/{folder}/", StringComparison.Ordinal));

    public static JsonElement Find(string path) => Files.Value.Single(file => file.GetProperty("path").GetString() == path);

    public static byte[] Read(string path) => File.ReadAllBytes(PathOf(path));

    /// <summary>As the index writes values: bytes as lower-case hex.</summary>
    public static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        AvroRecord record => new JsonObject(record.Schema.Fields.Select((field, i) => KeyValuePair.Create(field.Name, ToJson(record.Values[i])))),
        List<object?> items => new JsonArray([.. items.Select(ToJson)]),
        List<KeyValuePair<string, object?>> entries => new JsonObject(entries.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        byte[] bytes => JsonValue.Create(Convert.ToHexStringLower(bytes)),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        float number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        _ => throw new ArgumentException($"No JSON for {value.GetType()}."),
    };

    private static string PathOf(string path) => Path.Combine(Repository.Shared!, "iceberg-fixtures", path);
}
