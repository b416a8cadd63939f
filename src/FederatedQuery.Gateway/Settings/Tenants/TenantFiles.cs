using System.Text.RegularExpressions;

namespace FederatedQuery.Gateway.Settings.Tenants;

/// <summary>The folder that TENANTS_DIRECTORY names: a file of settings for each tenant, called as the tenant. What begins with a dot is passed over, as Kubernetes has it in mounts.</summary>
internal static partial class TenantFiles
{
    /// <summary>Each has both tiers of its own, with their connections and memory.</summary>
    private const int Most = 100;

    /// <summary>The tenants in order of their names, with their files.</summary>
    /// <exception cref="FormatException">No such folder, nothing in it, or something that is no tenant's file; the message says what.</exception>
    public static IReadOnlyList<(string Name, string Path)> List(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FormatException($"{SettingsSources.Tenants} is '{folder}', which is no folder.");
        }

        var found = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(folder).Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal))
            {
                var name = NameOf(path);
                if (!found.TryAdd(name, path))
                {
                    throw new FormatException($"{SettingsSources.Tenants}: '{path}' and '{found[name]}' are of one tenant; each tenant must have one file, and names that differ in more than case.");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{SettingsSources.Tenants}: '{folder}' could not be read: {error.Message}", error);
        }

        return found.Count switch
        {
            0 => throw new FormatException($"{SettingsSources.Tenants} is '{folder}', which holds no tenant; it must hold a file for each, such as acme.yaml."),
            > Most => throw new FormatException($"{SettingsSources.Tenants} is '{folder}', which holds {found.Count} tenants; one process serves {Most} at most."),
            _ => [.. found.Select(file => (file.Key, file.Value))],
        };
    }

    private static string NameOf(string path)
    {
        if (Path.GetExtension(path) is not (".yaml" or ".yml" or ".json") || Directory.Exists(path))
        {
            throw new FormatException($"{SettingsSources.Tenants}: '{path}' is no tenant's file; those end in .yaml, .yml or .json.");
        }

        var name = Path.GetFileNameWithoutExtension(path);
        return Allowed.IsMatch(name)
            ? name
            : throw new FormatException($"{SettingsSources.Tenants}: '{path}' gives the name of a tenant, which must have 1 to 63 letters, digits, dots, dashes and underscores, a letter or digit first.");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed { get; }
}
