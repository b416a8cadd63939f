namespace FederatedQuery.GraphQL.Language;

/// <summary>A document that is not in the GraphQL grammar, or over one of the parser's limits. The message tells what was found and what was expected.</summary>
public sealed class GraphQLSyntaxException(string message, SourceLocation location, string code = ErrorCodes.Syntax)
    : GraphQLException(new GraphQLError(message) { Locations = [location], Code = code })
{
    public SourceLocation Location { get; } = location;
}
