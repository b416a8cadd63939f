using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FederatedQuery.GraphQL.Tests.Oracle.Execution;

/// <summary>
/// Whether two responses say the same: data with its order of keys, and errors with their paths, locations and messages. Numbers are equal
/// when they are the same double. Of the errors below a value that became null because of them, any may come first where resolvers wait.
/// </summary>
internal static partial class ResponseComparison
{
    /// <returns>What differs, or null.</returns>
    public static string? Compare(JsonElement expected, JsonElement actual, bool inOrder)
    {
        var data = (Expected: Data(expected), Actual: Data(actual));
        if (data.Expected != data.Actual)
        {
            return $"data\n  graphql-js: {data.Expected}\n  ours:       {data.Actual}\n  errors graphql-js: {string.Join("\n    ", Errors(expected))}\n  errors ours: {string.Join("\n    ", Errors(actual))}";
        }

        var errors = (Expected: Errors(expected), Actual: Errors(actual));
        var same = inOrder ? errors.Expected.SequenceEqual(errors.Actual) : Group(expected).SequenceEqual(Group(actual));
        return same ? null : $"errors\n  graphql-js: {string.Join("\n    ", errors.Expected)}\n  ours:       {string.Join("\n    ", errors.Actual)}";
    }

    /// <summary>What can only be wrong before the first field is executed is a request error of ours; graphql-js adds null as data.</summary>
    public static string Data(JsonElement response) =>
        !response.TryGetProperty("data", out var data) || (data.ValueKind == JsonValueKind.Null && ErrorsOf(response).All(error => !error.TryGetProperty("path", out _)))
            ? "no data"
            : Normalize(data);

    private static string[] Errors(JsonElement response) => [.. ErrorsOf(response).Select(Text).Distinct()];

    /// <summary>Errors sorted, those that made a value above them null put down as that value alone.</summary>
    private static string[] Group(JsonElement response) =>
    [
        .. ErrorsOf(response).Select(error => error.TryGetProperty("path", out var path) && NulledAbove(response, path) is { } nulled ? $"below {nulled}" : Text(error))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<JsonElement> ErrorsOf(JsonElement response) => response.TryGetProperty("errors", out var errors) ? errors.EnumerateArray() : [];

    /// <summary>Errors of arguments are at the field here and at the value there, and worded otherwise.</summary>
    private static string Text(JsonElement error) => error.GetProperty("message").GetString()!.StartsWith("Argument \"", StringComparison.Ordinal)
        ? $"{(error.TryGetProperty("path", out var of) ? Normalize(of) : string.Empty)} argument"
        : $"{(error.TryGetProperty("path", out var path) ? Normalize(path) : string.Empty)} {Place(error)} {Message(error)}";

    private static string? NulledAbove(JsonElement response, JsonElement path)
    {
        if (!response.TryGetProperty("data", out var value))
        {
            return null;
        }

        var at = new StringBuilder("data");
        foreach (var segment in path.EnumerateArray())
        {
            if (value.ValueKind == JsonValueKind.Null)
            {
                return at.ToString();
            }

            value = segment.ValueKind == JsonValueKind.Number ? value[segment.GetInt32()] : value.GetProperty(segment.GetString()!);
            at.Append('/').Append(segment);
        }

        return null;
    }

    private static string Place(JsonElement error) => error.TryGetProperty("locations", out var places)
        ? string.Join(' ', places.EnumerateArray().Select(place => $"{place.GetProperty("line")}:{place.GetProperty("column")}"))
        : string.Empty;

    private static string Message(JsonElement error)
    {
        var message = error.GetProperty("message").GetString()!;
        return WrongVariable().Match(message) is { Success: true } variable ? variable.Value : WrongValue().Replace(message, "$1 cannot represent");
    }

    private static string Normalize(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().Select(property => $"{JsonSerializer.Serialize(property.Name)}:{Normalize(property.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Normalize))}]",
        JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.GetRawText(),
    };

    /// <summary>We name the variable, the value and what is wrong in another order, and the first of a value's faults only.</summary>
    [GeneratedRegex("""^Variable "\$\w+" (?=has invalid value|got invalid value|of )""")]
    private static partial Regex WrongVariable();

    /// <summary>How a scalar words its refusal of a resolver's value is its own.</summary>
    [GeneratedRegex("""^(Int|Float|String|Boolean|ID) cannot represent (?=.*value: )[\s\S]*$""")]
    private static partial Regex WrongValue();
}
