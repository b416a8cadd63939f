using System.Text.Json;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests;

/// <summary>The shared tables written by other engines: their cases, and stores that find files where the fixtures were moved to.</summary>
internal static class FixtureTables
{
    private static readonly Lazy<Dictionary<string, JsonElement>> Cases = new(() =>
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "index.json")));
        return index.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!, item => item.Clone());
    });

    private static string Root => Path.Combine(Repository.Shared!, "iceberg-fixtures");

    /// <summary>Names of the cases that have the property; one empty name on a clone without fixtures, where the tests are skipped.</summary>
    public static IEnumerable<string> With(string property) => Repository.Shared is null
        ? [""]
        : Cases.Value.Where(item => item.Value.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null).Select(item => item.Key);

    public static JsonElement Find(string name) => Cases.Value[name];

    public static ObjectStoreRegistry StoresOf(string name)
    {
        var store = new LocalObjectStore(Root, TimeProvider.System);
        var path = Find(name).GetProperty("path").GetString()!;
        return new ObjectStoreRegistry(Find(name).GetProperty("locations").EnumerateArray()
            .Select(location => new ObjectStoreRegistry.Root(
                location.GetProperty("prefix").GetString()!, store, $"{path}/{location.GetProperty("dir").GetString()}".TrimEnd('/')))
            .Append(new ObjectStoreRegistry.Root("fixture:", store, path)));
    }

    public static Task<TableMetadata> LoadAsync(string name) =>
        TableMetadataFile.ReadAsync(StoresOf(name), "fixture:/" + Find(name).GetProperty("metadata").GetString(), default);
}
