namespace FederatedQuery.GraphQL.Language.Syntax;

/// <summary>A node of the syntax tree, immutable. <see cref="ToString"/> prints it as GraphQL.</summary>
public abstract class SyntaxNode(int start)
{
    /// <summary>Offset of the node's first byte in the document.</summary>
    public int Start { get; } = start;

    public sealed override string ToString() => SyntaxPrinter.Print(this);
}
