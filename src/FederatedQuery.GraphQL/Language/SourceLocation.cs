namespace FederatedQuery.GraphQL.Language;

/// <summary>A place in a document. Line and column start at 1; the column counts UTF-16 code units, as other GraphQL tools do.</summary>
public readonly record struct SourceLocation(int Line, int Column);
