using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Language.Syntax;

public enum OperationType
{
    Query,
    Mutation,
    Subscription,
}

public sealed class OperationDefinitionNode(
    int start,
    string? description,
    OperationType operation,
    string? name,
    int nameStart,
    ImmutableArray<VariableDefinitionNode> variableDefinitions,
    ImmutableArray<DirectiveNode> directives,
    SelectionSetNode selectionSet) : DefinitionNode(start, description)
{
    public OperationType Operation { get; } = operation;
    public string? Name { get; } = name;
    public int NameStart { get; } = nameStart;
    public ImmutableArray<VariableDefinitionNode> VariableDefinitions { get; } = variableDefinitions;
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class FragmentDefinitionNode(
    int start,
    string? description,
    string name,
    int nameStart,
    NamedTypeNode typeCondition,
    ImmutableArray<DirectiveNode> directives,
    SelectionSetNode selectionSet) : DefinitionNode(start, description)
{
    public string Name { get; } = name;
    public int NameStart { get; } = nameStart;
    public NamedTypeNode TypeCondition { get; } = typeCondition;
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class VariableDefinitionNode(
    int start,
    string? description,
    VariableNode variable,
    TypeNode type,
    ValueNode? defaultValue,
    ImmutableArray<DirectiveNode> directives) : SyntaxNode(start)
{
    public string? Description { get; } = description;
    public VariableNode Variable { get; } = variable;
    public TypeNode Type { get; } = type;
    public ValueNode? DefaultValue { get; } = defaultValue;
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
}

public sealed class SelectionSetNode(int start, ImmutableArray<SelectionNode> selections) : SyntaxNode(start)
{
    public ImmutableArray<SelectionNode> Selections { get; } = selections;
}

public abstract class SelectionNode(int start, ImmutableArray<DirectiveNode> directives) : SyntaxNode(start)
{
    public ImmutableArray<DirectiveNode> Directives { get; } = directives;
}

public sealed class FieldNode(
    int start,
    string? alias,
    string name,
    ImmutableArray<ArgumentNode> arguments,
    ImmutableArray<DirectiveNode> directives,
    SelectionSetNode? selectionSet) : SelectionNode(start, directives)
{
    public string? Alias { get; } = alias;
    public string Name { get; } = name;
    public ImmutableArray<ArgumentNode> Arguments { get; } = arguments;
    public SelectionSetNode? SelectionSet { get; } = selectionSet;

    /// <summary>The alias, or else the name.</summary>
    public string ResponseKey => Alias ?? Name;
}

public sealed class FragmentSpreadNode(int start, string name, int nameStart, ImmutableArray<DirectiveNode> directives)
    : SelectionNode(start, directives)
{
    public string Name { get; } = name;
    public int NameStart { get; } = nameStart;
}

public sealed class InlineFragmentNode(
    int start,
    NamedTypeNode? typeCondition,
    ImmutableArray<DirectiveNode> directives,
    SelectionSetNode selectionSet) : SelectionNode(start, directives)
{
    public NamedTypeNode? TypeCondition { get; } = typeCondition;
    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class ArgumentNode(int start, string name, ValueNode value) : SyntaxNode(start)
{
    public string Name { get; } = name;
    public ValueNode Value { get; } = value;
}

public sealed class DirectiveNode(int start, string name, ImmutableArray<ArgumentNode> arguments) : SyntaxNode(start)
{
    public string Name { get; } = name;
    public ImmutableArray<ArgumentNode> Arguments { get; } = arguments;
}
