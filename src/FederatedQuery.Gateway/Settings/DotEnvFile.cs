namespace FederatedQuery.Gateway.Settings;

/// <summary>Reads a <c>.env</c> file: NAME=value lines, # comments, optional quotes and a leading <c>export</c>.</summary>
internal static class DotEnvFile
{
    /// <summary>The settings of the file; none when there is no such file.</summary>
    /// <exception cref="FormatException">A line that is not NAME=value, by its number.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string path)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (!File.Exists(path))
        {
            return settings;
        }

        var number = 0;
        foreach (var raw in File.ReadLines(path))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var text = line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..] : line;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException($"{path}, line {number}: expected NAME=value.");
            }

            settings[text[..equals].Trim()] = Unquote(text[(equals + 1)..].Trim());
        }

        return settings;
    }

    private static string Unquote(string value)
    {
        if (value.Length >= 2 && value[0] == value[^1] && value[0] is ('"' or '\''))
        {
            return value[1..^1];
        }

        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? value : value[..comment].TrimEnd();
    }
}
