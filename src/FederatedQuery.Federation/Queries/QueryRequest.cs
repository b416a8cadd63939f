using System.Text.Json.Nodes;
using FederatedQuery.Federation.Budgets;

namespace FederatedQuery.Federation.Queries;

/// <summary>A statement to run.</summary>
public sealed record QueryRequest
{
    public required string Sql { get; init; }

    /// <summary>A JSON array for positional parameters, an object for named ones; null: none.</summary>
    public JsonNode? Parameters { get; init; }

    /// <summary>The most rows wanted; null: the statement's own LIMIT, or the default for statements that neither limit nor aggregate.</summary>
    public int? Limit { get; init; }

    /// <summary>Whose budget of cold bytes the statement draws on.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;
}
