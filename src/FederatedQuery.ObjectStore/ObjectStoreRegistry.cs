namespace FederatedQuery.ObjectStore;

/// <summary>
/// Which store holds a location. Locations are texts as table formats write them: <c>s3://bucket/key</c>, <c>file:///path</c>,
/// <c>file:/path</c>, a plain path, or anything below a registered prefix. They are compared as written, never percent-decoded, because
/// writers do not encode them. Immutable; safe for concurrent use.
/// </summary>
public sealed class ObjectStoreRegistry
{
    private readonly Root[] _roots;

    /// <param name="roots">Later entries do not hide earlier ones: the longest prefix wins.</param>
    public ObjectStoreRegistry(params IEnumerable<Root> roots)
    {
        _roots = roots
            .Select(root => root with { LocationPrefix = Normalize(root.LocationPrefix).TrimEnd('/') })
            .OrderByDescending(root => root.LocationPrefix.Length)
            .ToArray();
    }

    /// <summary>Locations below <paramref name="LocationPrefix"/> (whole segments) are objects of <paramref name="Store"/> below <paramref name="KeyPrefix"/> (empty for its top).</summary>
    public sealed record Root(string LocationPrefix, IObjectStore Store, string KeyPrefix = "");

    /// <summary>Whether every store is on local disk, where its objects can be read in place.</summary>
    public bool IsLocal => Array.TrueForAll(_roots, root => root.Store.TryGetLocalPath("any") is not null);

    /// <summary>A registry with further roots; this one stays as it is.</summary>
    public ObjectStoreRegistry With(params IEnumerable<Root> roots) => new(_roots.Concat(roots));

    /// <summary>A registry of one local folder, under its own path.</summary>
    public static ObjectStoreRegistry ForFolder(string path, TimeProvider timeProvider)
    {
        var store = new Local.LocalObjectStore(path, timeProvider);
        return new ObjectStoreRegistry(new Root(store.Root, store));
    }

    /// <summary>Whether a registered prefix fits a location.</summary>
    public bool Covers(string location)
    {
        var normal = Normalize(location);
        return _roots.Any(root => TryGetRest(normal, root.LocationPrefix, out _));
    }

    /// <exception cref="ObjectStoreException"><see cref="ObjectStoreErrorKind.InvalidLocation"/> when no registered prefix fits.</exception>
    public ObjectLocation Resolve(string location)
    {
        var normal = Normalize(location);
        foreach (var root in _roots)
        {
            if (TryGetRest(normal, root.LocationPrefix, out var rest))
            {
                var key = root.KeyPrefix.Length == 0 ? rest : rest.Length == 0 ? root.KeyPrefix : $"{root.KeyPrefix.TrimEnd('/')}/{rest}";
                ObjectKey.Validate(key);
                return new ObjectLocation(root.Store, key);
            }
        }

        throw new ObjectStoreException(
            ObjectStoreErrorKind.InvalidLocation,
            $"The location '{location}' belongs to no registered store. Registered: {string.Join(", ", _roots.Select(root => $"'{root.LocationPrefix}'"))}.");
    }

    /// <summary>Schemes that mean the same are written the same: <c>/a</c> and <c>file:/a</c> as <c>file:///a</c>, <c>s3a:</c> and <c>s3n:</c> as <c>s3:</c>.</summary>
    public static string Normalize(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        if (location[0] == '/')
        {
            return "file://" + location;
        }

        if (OperatingSystem.IsWindows() && location.Length > 2 && location[1] == ':' && location[2] is '\\' or '/')
        {
            return "file:///" + location.Replace('\\', '/');
        }

        var colon = location.IndexOf(':');
        if (colon < 0)
        {
            return location;
        }

        var rest = location[(colon + 1)..];
        return location[..colon].ToLowerInvariant() switch
        {
            "file" => "file:///" + rest.TrimStart('/'),
            "s3" or "s3a" or "s3n" => "s3:" + rest,
            _ => location,
        };
    }

    /// <summary>The ways to write a location that <see cref="Normalize"/> makes one: <c>s3a://b/x</c> for <c>s3://b/x</c>, <c>/a</c> for <c>file:///a</c>.</summary>
    /// <param name="normal">A normal location.</param>
    public static IReadOnlyList<string> SpellingsOf(string normal)
    {
        ArgumentNullException.ThrowIfNull(normal);
        const string File = "file://";
        const string S3 = "s3:";
        return normal.StartsWith(File + "/", StringComparison.Ordinal)
            ? [normal, normal[File.Length..], "file:" + normal[File.Length..]]
            : normal.StartsWith(S3, StringComparison.Ordinal) ? [normal, "s3a:" + normal[S3.Length..], "s3n:" + normal[S3.Length..]] : [normal];
    }

    private static bool TryGetRest(string location, string prefix, out string rest)
    {
        if (location.StartsWith(prefix, StringComparison.Ordinal)
            && (location.Length == prefix.Length || location[prefix.Length] == '/' || prefix.EndsWith("://", StringComparison.Ordinal)))
        {
            // Some writers double the slash after the table's location; object stores with such keys would need their own root.
            rest = location[prefix.Length..].TrimStart('/');
            return true;
        }

        rest = "";
        return false;
    }
}
