using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types.Sdl;

/// <summary>Where members of a schema stand in the document that it comes from, by their schema coordinates.</summary>
internal static class SdlCoordinates
{
    /// <summary>The problems with locations, where they have none and their member is found.</summary>
    public static IReadOnlyList<SchemaProblem> Locate(IReadOnlyList<SchemaProblem> problems, DocumentNode document, SdlDefinitions definitions)
    {
        var nodes = new Dictionary<string, SyntaxNode>(StringComparer.Ordinal);
        foreach (var type in definitions.Types.Values)
        {
            nodes.TryAdd(type.Name, type);
            switch (type)
            {
                case ObjectTypeDefinitionNode node:
                    foreach (var field in node.Fields)
                    {
                        nodes.TryAdd($"{type.Name}.{field.Name}", field);
                        AddArguments(nodes, $"{type.Name}.{field.Name}", field.Arguments);
                    }

                    break;
                case EnumTypeDefinitionNode node: AddAll(nodes, node.Values, value => $"{type.Name}.{value.Name}"); break;
                case InputObjectTypeDefinitionNode node: AddAll(nodes, node.Fields, field => $"{type.Name}.{field.Name}"); break;
            }
        }

        foreach (var directive in definitions.Directives)
        {
            nodes.TryAdd($"@{directive.Name}", directive);
            AddArguments(nodes, $"@{directive.Name}", directive.Arguments);
        }

        return
        [
            .. problems.Select(problem => problem.Location is null && problem.Coordinate is { } coordinate && nodes.TryGetValue(coordinate, out var node)
                ? problem with { Location = document.LocationOf(node) }
                : problem),
        ];
    }

    private static void AddArguments(Dictionary<string, SyntaxNode> nodes, string owner, IEnumerable<InputValueDefinitionNode> arguments) =>
        AddAll(nodes, arguments, argument => $"{owner}({argument.Name}:)");

    private static void AddAll<T>(Dictionary<string, SyntaxNode> nodes, IEnumerable<T> members, Func<T, string> coordinateOf)
        where T : SyntaxNode
    {
        foreach (var member in members)
        {
            nodes.TryAdd(coordinateOf(member), member);
        }
    }
}
