namespace FederatedQuery.GraphQL.Language;

/// <summary>
/// Thrown by a resolver to answer with errors whose message the client may read. Location and path are added by the executor.
/// Any other exception is masked.
/// </summary>
public class GraphQLException : Exception
{
    public GraphQLException(string message)
        : this(new GraphQLError(message))
    {
    }

    public GraphQLException(string message, string code)
        : this(new GraphQLError(message) { Code = code })
    {
    }

    public GraphQLException(string message, string code, IReadOnlyDictionary<string, object?> extensions)
        : this(new GraphQLError(message) { Code = code, Extensions = extensions })
    {
    }

    public GraphQLException(params IReadOnlyList<GraphQLError> errors)
        : base(errors.Count == 0 ? throw new ArgumentException("At least one error is needed.", nameof(errors)) : errors[0].Message)
    {
        Errors = errors;
    }

    public GraphQLException(GraphQLError error, Exception innerException)
        : base(error.Message, innerException)
    {
        Errors = [error];
    }

    /// <summary>Never empty.</summary>
    public IReadOnlyList<GraphQLError> Errors { get; }
}
