using System.Text.Json;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Scan;
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

    public static string Root => Path.Combine(Repository.Shared!, "iceberg-fixtures");

    /// <summary>Names of the cases that have the property; one empty name on a clone without fixtures, where the tests are skipped.</summary>
    public static IEnumerable<string> With(string property) => Repository.Shared is null
        ? [""]
        : Cases.Value.Where(item => item.Value.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null).Select(item => item.Key);

    public static JsonElement Find(string name) => Cases.Value[name];

    /// <param name="store">Of <see cref="Root"/>; null: a local one.</param>
    public static ObjectStoreRegistry StoresOf(string name, IObjectStore? store = null)
    {
        store ??= new LocalObjectStore(Root, TimeProvider.System);
        var path = Find(name).GetProperty("path").GetString()!;
        return new ObjectStoreRegistry(Find(name).GetProperty("locations").EnumerateArray()
            .Select(location => new ObjectStoreRegistry.Root(
                location.GetProperty("prefix").GetString()!, store, $"{path}/{location.GetProperty("dir").GetString()}".TrimEnd('/')))
            .Append(new ObjectStoreRegistry.Root("fixture:", store, path)));
    }

    /// <summary>As an operator would give it: the prefixes in the metadata, and where the fixtures' folder is.</summary>
    public static LocationMap MapOf(string name) => LocationMap.Of(Find(name).GetProperty("locations").EnumerateArray().Select(location => (
        location.GetProperty("prefix").GetString()!,
        Path.Combine(Root, Find(name).GetProperty("path").GetString()!, location.GetProperty("dir").GetString()!))));

    /// <summary>The current snapshot, its locations mapped.</summary>
    /// <param name="store">Of <see cref="Root"/>; null: a local one.</param>
    public static async Task<TableScan> ScanAsync(string name, IObjectStore? store = null)
    {
        var table = await LoadAsync(name);
        var stores = new ObjectStoreRegistry(new ObjectStoreRegistry.Root(Root, store ?? new LocalObjectStore(Root, TimeProvider.System)));
        return TableScan.Of(table) with { Locations = TableLocations.Of(stores, table, MapOf(name), metadataLocation: null) };
    }

    public static Task<TableMetadata> LoadAsync(string name) =>
        TableMetadataFile.ReadAsync(StoresOf(name), "fixture:/" + Find(name).GetProperty("metadata").GetString(), default);
}
