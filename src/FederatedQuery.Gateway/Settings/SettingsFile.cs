using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// The file that CONFIG_FILE names, or that of a tenant, YAML or JSON: an object of settings by name. Names may be taken apart at underscores (<c>postgres: { host: db }</c> is POSTGRES_HOST), in any
/// case, with dashes; lists become values with commas. Unlike the environment the file is the gateway's alone, so a name that it does not know is a mistake.
/// </summary>
internal static class SettingsFile
{
    /// <summary>Aliases may make a file of YAML endless.</summary>
    private const int DeepestNesting = 8;

    /// <param name="path">Of the file.</param>
    /// <param name="setting">The setting that leads to it.</param>
    /// <param name="refuse">Says why a setting may not be in it; null: it may.</param>
    /// <exception cref="FormatException">No such file, or something in it that is no setting; the message says what, and on which line.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string path, string setting, Func<string, string?>? refuse = null)
    {
        var collected = new Collected(path, refuse);
        try
        {
            switch (Path.GetExtension(path).ToLowerInvariant())
            {
                case ".yaml" or ".yml":
                    ReadYaml(path, collected);
                    break;
                case ".json":
                    ReadJson(path, collected);
                    break;
                default:
                    throw new FormatException($"{setting} is '{path}'; it must end in .yaml, .yml or .json.");
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FormatException($"{setting} is '{path}', and there is no such file.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{setting}: '{path}' could not be read: {error.Message}", error);
        }

        return collected.Values;
    }

    private static void ReadYaml(string path, Collected collected)
    {
        var yaml = new YamlStream();
        try
        {
            using var text = File.OpenText(path);
            yaml.Load(text);
        }
        catch (YamlException error)
        {
            throw new FormatException($"{path}, line {error.Start.Line}: {error.Message}", error);
        }

        switch (yaml.Documents)
        {
            case []:
                return;
            case [{ RootNode: YamlMappingNode root }]:
                Add(collected, "", root, depth: 0);
                return;
            case [{ RootNode: YamlScalarNode { Value: null or "" } }]:
                return;
            default:
                throw new FormatException($"{path}: expected one document of YAML that maps names of settings to values.");
        }
    }

    private static void Add(Collected collected, string prefix, YamlMappingNode mapping, int depth)
    {
        foreach (var (keyNode, value) in mapping.Children)
        {
            var line = keyNode.Start.Line;
            if (keyNode is not YamlScalarNode { Value: { } key })
            {
                throw collected.Wrong(line, "a key must be the name of a setting");
            }

            var name = prefix + SettingNames.Normalize(key);
            switch (value)
            {
                case YamlScalarNode scalar:
                    collected.Add(name, TextOf(scalar), line);
                    break;
                case YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode):
                    collected.Add(name, string.Join(',', list.Children.Select(item => TextOf((YamlScalarNode)item))), line);
                    break;
                case YamlMappingNode inner when depth < DeepestNesting:
                    Add(collected, name + "_", inner, depth + 1);
                    break;
                default:
                    throw collected.Wrong(line, $"{name} must be a value, a list of values, or an object of more settings");
            }
        }
    }

    private static string TextOf(YamlScalarNode scalar) =>
        scalar is { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" } ? "" : scalar.Value!;

    private static void ReadJson(string path, Collected collected)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false, MaxDepth = DeepestNesting });
        }
        catch (JsonException error)
        {
            throw new FormatException(
                error.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"{path}, line {line + 1}: {error.Message}") : $"{path}: {error.Message}", error);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"{path}: expected an object that maps names of settings to values.");
            }

            Add(collected, "", document.RootElement);
        }
    }

    private static void Add(Collected collected, string prefix, JsonElement mapping)
    {
        foreach (var member in mapping.EnumerateObject())
        {
            var name = prefix + SettingNames.Normalize(member.Name);
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Add(collected, name + "_", member.Value);
                    break;
                case JsonValueKind.Array when member.Value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)):
                    collected.Add(name, string.Join(',', member.Value.EnumerateArray().Select(item => item.ToString())), line: null);
                    break;
                case JsonValueKind.Array:
                    throw collected.Wrong(null, $"{name} must be a value, a list of values, or an object of more settings");
                default:
                    collected.Add(name, member.Value.ToString(), line: null);
                    break;
            }
        }
    }

    private sealed class Collected(string path, Func<string, string?>? refuse)
    {
        private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);

        public IReadOnlyDictionary<string, string?> Values => _values;

        public void Add(string name, string value, long? line)
        {
            if (refuse?.Invoke(name) is { } reason)
            {
                throw Wrong(line, reason);
            }

            if (name is SettingsSources.File or SettingsSources.Folder)
            {
                throw Wrong(line, $"{name} says where settings are found, so it must be given in the environment or on the command line");
            }

            if (!SettingNames.IsKnown(name) && !OtelVariables.IsKnown(name))
            {
                throw Wrong(line, $"{name} is no setting of this version (./run.sh --help lists them)");
            }

            if (!_values.TryAdd(name, value))
            {
                throw Wrong(line, $"{name} is given twice");
            }
        }

        public FormatException Wrong(long? line, string what) =>
            new(line is { } number ? string.Create(CultureInfo.InvariantCulture, $"{path}, line {number}: {what}.") : $"{path}: {what}.");
    }
}
