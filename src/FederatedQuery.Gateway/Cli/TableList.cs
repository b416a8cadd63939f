using System.Text.Json;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Cli;

/// <summary>The file of <c>register --list</c>: one JSON object a line, empty lines skipped.</summary>
internal static class TableList
{
    /// <exception cref="TieringException">NotFound, InvalidArgument: the file, or the line of it, and what would be right.</exception>
    public static IReadOnlyList<TableToRegister> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new TieringException(TieringErrorKind.NotFound, $"--list names the file '{path}', which does not exist.");
        }

        return [.. File.ReadLines(path).Select((line, index) => (Line: line, Number: index + 1)).Where(item => item.Line.Trim().Length > 0)
            .Select(item => Parse(item.Line, $"{path}, line {item.Number}"))];
    }

    private static TableToRegister Parse(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var item = document.RootElement;
            var unknown = item.EnumerateObject().FirstOrDefault(member => member.Name is not ("namespace" or "table" or "metadata" or "locationMap"));
            if (unknown.Value.ValueKind != JsonValueKind.Undefined)
            {
                throw Wrong(place, $"it has a member '{unknown.Name}'");
            }

            return new TableToRegister(
                item.TryGetProperty("namespace", out var space) ? Text(space, "namespace", place) : null,
                Text(item.TryGetProperty("table", out var table) ? table : default, "table", place),
                Text(item.TryGetProperty("metadata", out var metadata) ? metadata : default, "metadata", place),
                item.TryGetProperty("locationMap", out var map)
                    ? [.. map.EnumerateObject().Select(entry => (entry.Name, Text(entry.Value, "locationMap", place)))]
                    : []);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Wrong(place, error.Message);
        }
    }

    private static string Text(JsonElement value, string name, string place) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(place, $"'{name}' is no text");

    private static TieringException Wrong(string place, string what) => new(
        TieringErrorKind.InvalidArgument,
        $$$"""{{{place}}}: expected {"namespace": "...", "table": "...", "metadata": "...", "locationMap": {"FROM": "TO"}}, but {{{what}}}.""");
}
