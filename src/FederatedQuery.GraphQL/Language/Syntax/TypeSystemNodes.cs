using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Language.Syntax;

/// <summary>A definition or extension of the type system (spec section 3).</summary>
public abstract class TypeSystemDefinitionNode(int start, string? description, bool isExtension, ImmutableArray<DirectiveNode> directives)
    : DefinitionNode(start, description)
{
    /// <summary>Whether the definition began with <c>extend</c>.</summary>
    public bool IsExtension { get; } = isExtension;
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
}

public sealed class SchemaDefinitionNode(
    int start,
    string? description,
    bool isExtension,
    ImmutableArray<DirectiveNode> directives,
    ImmutableArray<RootOperationTypeNode> operationTypes) : TypeSystemDefinitionNode(start, description, isExtension, directives)
{
    public ImmutableArray<RootOperationTypeNode> OperationTypes { get; } = operationTypes;
}

public sealed class RootOperationTypeNode(int start, OperationType operation, NamedTypeNode type) : SyntaxNode(start)
{
    public OperationType Operation { get; } = operation;
    public NamedTypeNode Type { get; } = type;
}

public abstract class TypeDefinitionNode(int start, string? description, bool isExtension, string name, ImmutableArray<DirectiveNode> directives)
    : TypeSystemDefinitionNode(start, description, isExtension, directives)
{
    public string Name { get; } = name;
}

public sealed class ScalarTypeDefinitionNode(
    int start, string? description, bool isExtension, string name, ImmutableArray<DirectiveNode> directives)
    : TypeDefinitionNode(start, description, isExtension, name, directives);

/// <summary>An object type or, when <see cref="IsInterface"/>, an interface: both have the same grammar.</summary>
public sealed class ObjectTypeDefinitionNode(
    int start,
    string? description,
    bool isExtension,
    bool isInterface,
    string name,
    ImmutableArray<NamedTypeNode> interfaces,
    ImmutableArray<DirectiveNode> directives,
    ImmutableArray<FieldDefinitionNode> fields) : TypeDefinitionNode(start, description, isExtension, name, directives)
{
    public bool IsInterface { get; } = isInterface;
    public ImmutableArray<NamedTypeNode> Interfaces { get; } = interfaces;
    public ImmutableArray<FieldDefinitionNode> Fields { get; } = fields;
}

public sealed class FieldDefinitionNode(
    int start,
    string? description,
    string name,
    ImmutableArray<InputValueDefinitionNode> arguments,
    TypeNode type,
    ImmutableArray<DirectiveNode> directives) : SyntaxNode(start)
{
    public string? Description { get; } = description;
    public string Name { get; } = name;
    public ImmutableArray<InputValueDefinitionNode> Arguments { get; } = arguments;
    public TypeNode Type { get; } = type;
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
}

public sealed class InputValueDefinitionNode(
    int start,
    string? description,
    string name,
    TypeNode type,
    ValueNode? defaultValue,
    ImmutableArray<DirectiveNode> directives) : SyntaxNode(start)
{
    public string? Description { get; } = description;
    public string Name { get; } = name;
    public TypeNode Type { get; } = type;
    public ValueNode? DefaultValue { get; } = defaultValue;
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
}

public sealed class UnionTypeDefinitionNode(
    int start,
    string? description,
    bool isExtension,
    string name,
    ImmutableArray<DirectiveNode> directives,
    ImmutableArray<NamedTypeNode> types) : TypeDefinitionNode(start, description, isExtension, name, directives)
{
    public ImmutableArray<NamedTypeNode> Types { get; } = types;
}

public sealed class EnumTypeDefinitionNode(
    int start,
    string? description,
    bool isExtension,
    string name,
    ImmutableArray<DirectiveNode> directives,
    ImmutableArray<EnumValueDefinitionNode> values) : TypeDefinitionNode(start, description, isExtension, name, directives)
{
    public ImmutableArray<EnumValueDefinitionNode> Values { get; } = values;
}

public sealed class EnumValueDefinitionNode(int start, string? description, string name, ImmutableArray<DirectiveNode> directives)
    : SyntaxNode(start)
{
    public string? Description { get; } = description;
    public string Name { get; } = name;
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
}

public sealed class InputObjectTypeDefinitionNode(
    int start,
    string? description,
    bool isExtension,
    string name,
    ImmutableArray<DirectiveNode> directives,
    ImmutableArray<InputValueDefinitionNode> fields) : TypeDefinitionNode(start, description, isExtension, name, directives)
{
    public ImmutableArray<InputValueDefinitionNode> Fields { get; } = fields;
}

public sealed class DirectiveDefinitionNode(
    int start,
    string? description,
    string name,
    ImmutableArray<InputValueDefinitionNode> arguments,
    bool isRepeatable,
    ImmutableArray<string> locations) : TypeSystemDefinitionNode(start, description, isExtension: false, [])
{
    public string Name { get; } = name;
    public ImmutableArray<InputValueDefinitionNode> Arguments { get; } = arguments;
    public bool IsRepeatable { get; } = isRepeatable;

    /// <summary>Names of spec section 3.13, such as <c>FIELD</c>.</summary>
    public ImmutableArray<string> Locations { get; } = locations;
}
