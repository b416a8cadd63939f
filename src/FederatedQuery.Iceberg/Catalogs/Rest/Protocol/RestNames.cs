using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>
/// Namespaces and tables as the REST API has them, a list of levels, and as this library has them, levels divided by dots. A level with a dot of its own
/// cannot be told from two levels by the JDBC layout, so there is none.
/// </summary>
public static class RestNames
{
    /// <summary>Divides the levels of a namespace in paths and query parameters (unit separator).</summary>
    public const char Separator = '\u001F';

    /// <exception cref="IcebergException">InvalidValue: no level, or one that no namespace can have.</exception>
    public static string Namespace(IReadOnlyList<string> levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        if (levels.Count == 0)
        {
            throw IcebergException.InvalidValue("A namespace has no levels; at least one is required.");
        }

        if (levels.FirstOrDefault(level => level.Contains('.', StringComparison.Ordinal)) is { } dotted)
        {
            throw IcebergException.InvalidValue($"The namespace level '{dotted}' has a dot, which levels of this catalog cannot have; pass it as levels of their own: [\"{dotted.Replace(".", "\", \"", StringComparison.Ordinal)}\"].");
        }

        var name = string.Join('.', levels);
        TableIdentifier.CheckNamespace(name);
        return name;
    }

    /// <summary>A namespace from a path segment or query parameter that has been percent-decoded.</summary>
    /// <inheritdoc cref="Namespace(IReadOnlyList{string})"/>
    public static string ParseNamespace(string text) => Namespace(text.Split(Separator));

    /// <summary>A namespace for a path segment or query parameter, percent-encoded.</summary>
    public static string ToPath(string @namespace) => Uri.EscapeDataString(@namespace.Replace('.', Separator));

    public static ImmutableArray<string> Levels(string @namespace) => [.. @namespace.Split('.')];

    /// <summary>A name from a list of another server; null for one that this library cannot name, such as one with a dot or a slash in a level.</summary>
    internal static T? TryName<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (IcebergException exception) when (exception.Kind == IcebergErrorKind.InvalidValue)
        {
            return null;
        }
    }

    internal static string ReadNamespace(JsonElement json, string name, string where)
    {
        List<string> levels = [.. json.RequiredArray(name, where).Select(level => level.AsString(name, where))];
        return Namespace(levels);
    }

    internal static TableIdentifier ReadIdentifier(JsonElement json, string where) =>
        new(ReadNamespace(json, "namespace", where), json.RequiredString("name", where));

    internal static void WriteNamespace(Utf8JsonWriter writer, string @namespace)
    {
        writer.WriteStartArray();
        foreach (var level in Levels(@namespace))
        {
            writer.WriteStringValue(level);
        }

        writer.WriteEndArray();
    }

    internal static void WriteIdentifier(Utf8JsonWriter writer, TableIdentifier identifier)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("namespace");
        WriteNamespace(writer, identifier.Namespace);
        writer.WriteString("name", identifier.Name);
        writer.WriteEndObject();
    }
}
