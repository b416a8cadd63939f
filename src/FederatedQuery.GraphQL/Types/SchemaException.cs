using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Types;

/// <summary>A schema that breaks the type system's rules. All breaches are listed.</summary>
public sealed class SchemaException(IReadOnlyList<SchemaProblem> details)
    : Exception("The GraphQL schema is not valid:" + string.Concat(details.Select(problem => $"{Environment.NewLine}- {problem}")))
{
    public SchemaException(IReadOnlyList<string> problems)
        : this([.. problems.Select(problem => new SchemaProblem(problem))])
    {
    }

    /// <summary>The messages.</summary>
    public IReadOnlyList<string> Problems { get; } = [.. details.Select(problem => problem.Message)];

    public IReadOnlyList<SchemaProblem> Details { get; } = details;
}

/// <summary>One breach of the type system's rules.</summary>
/// <param name="Message">A sentence.</param>
/// <param name="Coordinate">The schema coordinate of what is wrong, such as <c>Query.books(first:)</c>; null for the schema itself or when unknown.</param>
public sealed record SchemaProblem(string Message, string? Coordinate = null)
{
    /// <summary>Where it stands in the SDL; null when the schema does not come from SDL.</summary>
    public SourceLocation? Location { get; init; }

    public override string ToString() => Location is { } at ? $"{Message} ({at.Line}:{at.Column})" : Message;
}

/// <summary>Gathers problems.</summary>
internal sealed class SchemaProblems
{
    private readonly List<SchemaProblem> _all = [];

    public IReadOnlyList<SchemaProblem> All => _all;

    public void Add(string message, string? coordinate) => _all.Add(new SchemaProblem(message, coordinate));

    public void Add(string message, SourceLocation location) => _all.Add(new SchemaProblem(message) { Location = location });

    /// <exception cref="SchemaException">There is a problem.</exception>
    public void ThrowIfAny()
    {
        if (_all.Count > 0)
        {
            throw new SchemaException(_all);
        }
    }
}
