using System.Text.Json;

namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>
/// Manifests that client builds write: Apollo's <c>{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id","body"}]}</c>, and
/// the plain map from id to document of Relay's compiler, GraphQL Code Generator and others.
/// </summary>
internal static class OperationManifest
{
    private const string ApolloFormat = "apollo-persisted-query-manifest";

    /// <exception cref="FormatException">The bytes are no manifest; the message says where.</exception>
    public static IReadOnlyList<(string Id, string Document)> Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"A manifest of operations must be a JSON object, not a {root.ValueKind}.");
            }

            return root.TryGetProperty("format", out var format) && format.ValueEquals(ApolloFormat) ? ReadApollo(root) : ReadMap(root);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The manifest of operations is not JSON: {exception.Message}", exception);
        }
    }

    private static List<(string, string)> ReadApollo(JsonElement root)
    {
        if (!root.TryGetProperty("version", out var version) || !version.TryGetInt32Safely(out var number) || number != 1)
        {
            throw new FormatException("The Apollo manifest must have version 1.");
        }

        if (!root.TryGetProperty("operations", out var operations) || operations.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("The Apollo manifest must have a list 'operations'.");
        }

        var documents = new List<(string, string)>();
        foreach (var operation in operations.EnumerateArray())
        {
            var at = $"operations[{documents.Count}]";
            documents.Add((Text(operation, "id", at), Text(operation, "body", at)));
        }

        return documents;
    }

    private static List<(string, string)> ReadMap(JsonElement root)
    {
        var documents = new List<(string, string)>();
        foreach (var entry in root.EnumerateObject())
        {
            documents.Add((entry.Name, entry.Value.ValueKind == JsonValueKind.String
                ? entry.Value.GetString()!
                : throw new FormatException($"The manifest's '{entry.Name}' must be the document's text, not a {entry.Value.ValueKind}.")));
        }

        return documents;
    }

    private static string Text(JsonElement operation, string name, string at) =>
        operation.ValueKind == JsonValueKind.Object && operation.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"The Apollo manifest's {at} must be an object with a string '{name}'.");

    private static bool TryGetInt32Safely(this JsonElement element, out int number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out number);
    }
}
