using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Contract;

/// <summary>A type system document as lines that can be compared: one per type member, with all that clients see of it.</summary>
internal static class ContractSchema
{
    /// <summary>The public contract. schema.graphql beside this file is its copy; a change of it is a change of the contract.</summary>
    public static DocumentNode Read() =>
        Utf8Parser.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "FederatedQuery.Gateway.Tests", "Contract", "schema.graphql")));

    /// <summary>Types by name.</summary>
    public static Dictionary<string, TypeDefinitionNode> Types(DocumentNode document) =>
        document.Definitions.OfType<TypeDefinitionNode>().ToDictionary(type => type.Name);

    /// <summary>Members by name: type, arguments, default, deprecation.</summary>
    public static Dictionary<string, string> Members(TypeDefinitionNode type) => type switch
    {
        ObjectTypeDefinitionNode composite => composite.Fields.ToDictionary(
            field => field.Name, field => $"({string.Join(", ", field.Arguments.Select(Input))}): {Print(field.Type)}{Directives(field.Directives)}"),
        InputObjectTypeDefinitionNode input => input.Fields.ToDictionary(field => field.Name, Input),
        EnumTypeDefinitionNode named => named.Values.ToDictionary(value => value.Name, value => Directives(value.Directives)),
        _ => new() { ["@"] = Directives(type.Directives) },
    };

    /// <summary>Descriptions of the type itself (under its own name) and of its members, where there are any.</summary>
    public static Dictionary<string, string> Descriptions(TypeDefinitionNode type)
    {
        IEnumerable<(string Name, string? Description)> members = type switch
        {
            ObjectTypeDefinitionNode composite => composite.Fields.Select(field => (field.Name, field.Description)),
            InputObjectTypeDefinitionNode input => input.Fields.Select(field => (field.Name, field.Description)),
            EnumTypeDefinitionNode named => named.Values.Select(value => (value.Name, value.Description)),
            _ => [],
        };
        return members.Append(("type " + type.Name, type.Description))
            .Where(member => member.Item2 is not null)
            .ToDictionary(member => member.Item1, member => member.Item2!);
    }

    private static string Input(InputValueDefinitionNode value) =>
        $"{value.Name}: {Print(value.Type)}{(value.DefaultValue is { } given ? " = " + Print(given) : "")}{Directives(value.Directives)}";

    /// <summary>What a field costs, and who may have it, is no part of the contract.</summary>
    private static string Directives(IEnumerable<DirectiveNode> directives) =>
        string.Concat(directives.Where(directive => directive.Name is not ("cost" or "listSize" or "authorize")).Select(directive => " " + Print(directive)));

    private static string Print(SyntaxNode node) => SyntaxPrinter.Print(node);
}
