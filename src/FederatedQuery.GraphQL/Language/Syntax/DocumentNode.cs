using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Language.Syntax;

/// <summary>A parsed document (spec section 2.2).</summary>
public sealed class DocumentNode(SourceText source, ImmutableArray<DefinitionNode> definitions) : SyntaxNode(0)
{
    public SourceText Source { get; } = source;

    /// <summary>In document order, never empty.</summary>
    public ImmutableArray<DefinitionNode> Definitions { get; } = definitions;

    public SourceLocation LocationOf(SyntaxNode node) => Source.GetLocation(node.Start);
}

public abstract class DefinitionNode(int start, string? description) : SyntaxNode(start)
{
    public string? Description { get; } = description;
}
