using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests;

/// <summary>The specification's test vectors.</summary>
internal static class SharedVectors
{
    private static readonly Lazy<JsonElement> Document = new(() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared!, "iceberg-spec", "vectors.json"))).RootElement);

    public static JsonElement.ArrayEnumerator Get(string section) => Document.Value.GetProperty(section).EnumerateArray();

    public static JsonElement Section(string section) => Document.Value.GetProperty(section);
}
