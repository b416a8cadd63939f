namespace FederatedQuery.GraphQL.Language;

/// <summary>One entry of a response's <c>errors</c> (spec section 7.1.2).</summary>
public sealed record GraphQLError
{
    public GraphQLError(string message)
    {
        Message = message;
    }

    public string Message { get; init; }

    /// <summary>Empty when the error belongs to no place in the document.</summary>
    public IReadOnlyList<SourceLocation> Locations { get; init; } = [];

    /// <summary>Response keys (string) and list indices (int) from the root to the field; null for a request error.</summary>
    public IReadOnlyList<object>? Path { get; init; }

    /// <summary>Written as <c>extensions.code</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Further entries of <c>extensions</c>; values are written as JSON.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    /// <summary>What a client may know of a failure of the server's own: the id under which the log has the rest.</summary>
    public static GraphQLError Internal(string id) => new($"Internal server error ({id}).")
    {
        Code = ErrorCodes.Internal,
        Extensions = new Dictionary<string, object?> { ["id"] = id },
    };

    public override string ToString() =>
        Locations.Count == 0 ? Message : $"{Message} ({string.Join(", ", Locations.Select(at => $"{at.Line}:{at.Column}"))})";
}
