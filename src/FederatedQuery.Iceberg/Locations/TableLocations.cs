using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Locations;

/// <summary>
/// Where the files of one table may lie: below the table's location, the paths its properties name, the folder of its metadata file, and wherever
/// its location map leads. Metadata may be written by anyone, so what it names elsewhere, be it another table's or a file of the system, is
/// refused. Immutable.
/// </summary>
public sealed class TableLocations
{
    private static readonly string[] PathProperties = ["write.data.path", "write.metadata.path", "write.object-storage.path", "write.folder-storage.path"];

    private readonly ObjectStoreRegistry _stores;
    private readonly ImmutableArray<string> _own;

    private TableLocations(ObjectStoreRegistry stores, LocationMap map, string? metadataLocation, ImmutableArray<string> own)
    {
        MetadataLocation = metadataLocation;
        _stores = stores;
        Map = map;
        _own = own;
    }

    public LocationMap Map { get; }

    /// <summary>The folders that its files may lie below: normal, without a slash at the end.</summary>
    public ImmutableArray<string> Folders => _own;

    /// <summary>Where the table's metadata file is; null when not known.</summary>
    public string? MetadataLocation { get; }

    /// <param name="stores">The stores that this table may be read from.</param>
    /// <param name="metadataLocation">Where its metadata file is, mapped; null when not known.</param>
    public static TableLocations Of(ObjectStoreRegistry stores, TableMetadata table, LocationMap map, string? metadataLocation)
    {
        var written = PathProperties
            .Select(name => table.Properties.GetValueOrDefault(name, ""))
            .Append(table.Location)
            .Where(location => location.Length > 0)
            .Select(map.Apply);
        var own = written.Concat(map.Entries.Select(entry => entry.To)).Concat(FoldersOf(metadataLocation));
        return new TableLocations(stores, map, metadataLocation, [.. own.Select(location => location.TrimEnd('/')).Distinct()]);
    }

    /// <summary>The same for a state of the table that no metadata file holds.</summary>
    public TableLocations WithoutMetadataLocation() => new(_stores, Map, metadataLocation: null, _own);

    /// <summary>Finds a file that the table names.</summary>
    /// <exception cref="IcebergException">InvalidFile: it lies outside of the table's own locations.</exception>
    /// <exception cref="ObjectStoreException">InvalidLocation: in no store.</exception>
    public ObjectLocation Resolve(string location)
    {
        if (location.Length == 0)
        {
            throw new IcebergException(IcebergErrorKind.InvalidFile, "The table names a file with an empty location.");
        }

        var found = Normalize(location);
        foreach (var own in _own)
        {
            if (LocationMap.IsBelow(found, own))
            {
                // Some writers double the slash after the table's location.
                var rest = found.AsSpan(own.Length).TrimStart('/');
                return _stores.Resolve(rest.IsEmpty ? own : string.Concat(own, "/", rest));
            }
        }

        var mapped = found == ObjectStoreRegistry.Normalize(location) ? "" : $" (at '{found}' by its location map)";
        throw new IcebergException(
            IcebergErrorKind.InvalidFile,
            $"The table names the file '{location}'{mapped}, which lies outside of its own locations: {string.Join(", ", _own.Select(own => $"'{own}'"))}. "
            + "Files elsewhere are read only where an operator has registered the table with a location map that leads there.");
    }

    /// <summary>A location in the form in which two of this table are compared: <c>s3a://b/x</c> in a position delete is <c>s3://b/x</c> in a manifest.</summary>
    public string Normalize(string location) => Map.Apply(location);

    /// <summary>Every way in which another file of this table may write a location: for comparing with what a query engine reads there.</summary>
    public IReadOnlyList<string> SpellingsOf(string location) => Map.SpellingsOf(location);

    private static IEnumerable<string> FoldersOf(string? metadataLocation)
    {
        if (metadataLocation is null)
        {
            yield break;
        }

        var file = ObjectStoreRegistry.Normalize(metadataLocation);
        var folder = file[..Math.Max(0, file.LastIndexOf('/'))];
        const string Metadata = "/metadata";
        if (folder.Length > 0)
        {
            yield return folder.EndsWith(Metadata, StringComparison.Ordinal) ? folder[..^Metadata.Length] : folder;
        }
    }
}
