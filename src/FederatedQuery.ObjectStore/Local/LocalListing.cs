namespace FederatedQuery.ObjectStore.Local;

/// <summary>Walks a folder tree in the order of keys, holding one folder's names per level, not the whole tree.</summary>
internal static class LocalListing
{
    /// <param name="root">The store's folder; a missing one is an empty store.</param>
    /// <param name="prefix">Keys must begin with it.</param>
    /// <param name="after">Keys must sort after it; null for all.</param>
    public static IEnumerable<ObjectProperties> Walk(string root, string prefix, string? after)
    {
        // The folder part of the prefix is where the walk begins. A prefix that leaves the root matches no key.
        var slash = prefix.LastIndexOf('/');
        var folderKey = prefix[..(slash + 1)];
        if (folderKey.Length > 0)
        {
            ObjectKey.Validate(folderKey.TrimEnd('/') + "/x");
        }

        return WalkFolder(Path.Combine(root, folderKey), folderKey, prefix, after);
    }

    private static IEnumerable<ObjectProperties> WalkFolder(string folder, string folderKey, string prefix, string? after)
    {
        foreach (var (key, isFolder) in ChildrenOf(folder, folderKey))
        {
            if (isFolder)
            {
                var mayMatch = key.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(key, StringComparison.Ordinal);
                var mayFollow = after is null || ObjectKey.Compare(key, after) > 0 || after.StartsWith(key, StringComparison.Ordinal);
                if (mayMatch && mayFollow)
                {
                    foreach (var found in WalkFolder(Path.Combine(folder, key[folderKey.Length..]), key, prefix, after))
                    {
                        yield return found;
                    }
                }
            }
            else if (key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || ObjectKey.Compare(key, after) > 0))
            {
                var file = new FileInfo(Path.Combine(folder, key[folderKey.Length..]));
                if (file.Exists)
                {
                    yield return LocalObjectFile.PropertiesOf(key, file);
                }
            }
        }
    }

    /// <summary>A folder's key ends with '/', which makes its place among its siblings that of the keys below it.</summary>
    private static List<(string Key, bool IsFolder)> ChildrenOf(string folder, string folderKey)
    {
        var info = new DirectoryInfo(folder);
        if (!info.Exists)
        {
            return [];
        }

        var children = new List<(string Key, bool IsFolder)>();
        foreach (var child in info.EnumerateFileSystemInfos())
        {
            var isFolder = child.Attributes.HasFlag(FileAttributes.Directory);
            var key = folderKey + child.Name + (isFolder ? "/" : "");
            if (key != LocalObjectStore.UploadsFolder + "/")
            {
                children.Add((key, isFolder));
            }
        }

        children.Sort((left, right) => ObjectKey.Compare(left.Key, right.Key));
        return children;
    }
}
