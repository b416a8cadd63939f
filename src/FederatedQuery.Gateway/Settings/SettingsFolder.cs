namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// A folder with one file for each setting, named as it (POSTGRES_PASSWORD, postgres-password) and holding its value, as Kubernetes mounts config maps and secrets, and Docker
/// its secrets. Files of other names are not looked at: a secret may hold more than the gateway's settings.
/// </summary>
internal static class SettingsFolder
{
    /// <summary>A setting is a line of text; what is longer is not one.</summary>
    private const int MostBytes = 64 * 1024;

    /// <exception cref="FormatException">The folder is not there, or a file of it cannot be the value of a setting.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FormatException($"{SettingsSources.Folder} names '{folder}', which is no folder.");
        }

        var found = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                var name = SettingNames.Normalize(Path.GetFileName(path));
                if (!(SettingNames.IsKnown(name) || OtelVariables.IsKnown(name)) || Directory.Exists(path))
                {
                    continue;
                }

                if (!found.TryAdd(name, ReadValue(path)))
                {
                    throw new FormatException($"'{folder}' holds {name} twice, under names that differ in case or dashes only; it must hold it once.");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{SettingsSources.Folder} '{folder}' could not be read: {error.Message}", error);
        }

        return found;
    }

    private static string ReadValue(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > MostBytes)
        {
            throw new FormatException($"'{path}' has {stream.Length} bytes; the value of a setting has {MostBytes} at most.");
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
