using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types.Sdl;

/// <summary>The definitions of a type system document, each with its extensions merged in (spec section 3.1 and "extend" in 3.3 to 3.10).</summary>
internal sealed class SdlDefinitions
{
    private readonly Dictionary<string, TypeDefinitionNode> _types = new(StringComparer.Ordinal);

    public SdlDefinitions(DocumentNode document)
    {
        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case TypeDefinitionNode { IsExtension: false } type: _types.TryAdd(type.Name, type); break;
                case DirectiveDefinitionNode directive: Directives.Add(directive); break;
                case SchemaDefinitionNode { IsExtension: false } schema: Schema ??= schema; break;
            }
        }

        SchemaExtensions = [.. document.Definitions.OfType<SchemaDefinitionNode>().Where(schema => schema.IsExtension)];
        foreach (var extension in document.Definitions.OfType<TypeDefinitionNode>().Where(type => type.IsExtension))
        {
            if (_types.TryGetValue(extension.Name, out var type) && Merge(type, extension) is { } merged)
            {
                _types[extension.Name] = merged;
            }
        }
    }

    public IReadOnlyDictionary<string, TypeDefinitionNode> Types => _types;

    public List<DirectiveDefinitionNode> Directives { get; } = [];

    /// <summary>Null when the roots have the usual names.</summary>
    public SchemaDefinitionNode? Schema { get; }

    public IReadOnlyList<SchemaDefinitionNode> SchemaExtensions { get; }

    /// <summary>The roots that are named, those of extensions included.</summary>
    public IEnumerable<RootOperationTypeNode> NamedRoots => (Schema?.OperationTypes ?? []).Concat(SchemaExtensions.SelectMany(extension => extension.OperationTypes));

    /// <summary>Null when the two are of different kinds.</summary>
    public static TypeDefinitionNode? Merge(TypeDefinitionNode type, TypeDefinitionNode extension) => (type, extension) switch
    {
        (ScalarTypeDefinitionNode a, ScalarTypeDefinitionNode b) => new ScalarTypeDefinitionNode(a.Start, a.Description, false, a.Name, [.. a.Directives, .. b.Directives]),
        (ObjectTypeDefinitionNode a, ObjectTypeDefinitionNode b) when a.IsInterface == b.IsInterface => new ObjectTypeDefinitionNode(
            a.Start, a.Description, false, a.IsInterface, a.Name, [.. a.Interfaces, .. b.Interfaces], [.. a.Directives, .. b.Directives], [.. a.Fields, .. b.Fields]),
        (UnionTypeDefinitionNode a, UnionTypeDefinitionNode b) => new UnionTypeDefinitionNode(
            a.Start, a.Description, false, a.Name, [.. a.Directives, .. b.Directives], [.. a.Types, .. b.Types]),
        (EnumTypeDefinitionNode a, EnumTypeDefinitionNode b) => new EnumTypeDefinitionNode(
            a.Start, a.Description, false, a.Name, [.. a.Directives, .. b.Directives], [.. a.Values, .. b.Values]),
        (InputObjectTypeDefinitionNode a, InputObjectTypeDefinitionNode b) => new InputObjectTypeDefinitionNode(
            a.Start, a.Description, false, a.Name, [.. a.Directives, .. b.Directives], [.. a.Fields, .. b.Fields]),
        _ => null,
    };
}
