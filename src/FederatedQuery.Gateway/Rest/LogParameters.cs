using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs;
using Schema = FederatedQuery.GraphQL.Types.Schema;

namespace FederatedQuery.Gateway.Rest;

/// <summary>
/// The parameters by which REST endpoints choose log records: <c>from</c> and <c>to</c> (or <c>start_time</c> and <c>end_time</c>), <c>level</c> (or <c>log_level</c>; several with commas between them),
/// <c>search</c> (or <c>keyword</c>), one for each text column, by its name, for equality, and <c>where</c>: GraphQL's <c>LogFilterInput</c> as JSON. All that are given must hold; an empty one
/// counts as absent.
/// </summary>
internal sealed class LogParameters
{
    private const string Level = "level";
    private const string Where = "where";

    private static readonly ImmutableArray<string> Columns =
    [
        .. LogTable.Schema.Fields.Where(field => field.Type is StringType && !LogTable.JsonFieldIds.Contains(field.Id)).Select(field => field.Name).Except([Level, "message"]),
    ];

    private static readonly ImmutableArray<string> Filters = ["from", "start_time", "to", "end_time", Level, "log_level", "search", "keyword", Where, .. Columns];

    private readonly Dictionary<string, string> _values = [];
    private readonly Schema? _schema;

    /// <param name="query">As it came.</param>
    /// <param name="schema">Whose <c>LogFilterInput</c> it is.</param>
    /// <param name="others">Parameters of the endpoint's own.</param>
    /// <exception cref="ProblemException">One is not known, or given twice.</exception>
    public LogParameters(IQueryCollection query, Schema schema, params IReadOnlyList<string> others)
    {
        _schema = schema;
        QueryParameters.Require(query, [.. Filters, .. others]);
        foreach (var (name, values) in query)
        {
            if (values.ToString() is { Length: > 0 } value)
            {
                _values.Add(name, value);
            }
        }
    }

    /// <summary>Of a body's members, which the caller has looked at; without <c>where</c>.</summary>
    public LogParameters(IReadOnlyDictionary<string, string> values) => _values = values.Where(value => value.Value.Length > 0).ToDictionary();

    public static ProblemException Bad(string name, string? value, string expected) => ProblemException.BadField(name, $"`{name}` is '{value}'; it must be {expected}.");

    /// <returns>Null when it is not given.</returns>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>Which records are asked for, over the columns of <see cref="LogTable.Schema"/>.</summary>
    /// <exception cref="ProblemException">A value is not one of its parameter's.</exception>
    public Expression Filter()
    {
        var conditions = new List<Expression>();
        if (Time("from", "start_time") is { } from)
        {
            conditions.Add(Expression.GreaterThanOrEqual(LogTable.TimeColumn, from));
        }

        if (Time("to", "end_time") is { } to)
        {
            conditions.Add(Expression.LessThan(LogTable.TimeColumn, to));
        }

        if (OneOf(Level, "log_level") is { } level)
        {
            var levels = level.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            conditions.Add(Expression.In(Level, [.. levels.Select(Literal.String)]));
        }

        if (OneOf("search", "keyword") is { } search)
        {
            conditions.Add(Search(search.Name, search.Value));
        }

        if (_schema is not null && Text(Where) is { } where)
        {
            conditions.Add(Filter(where, _schema));
        }

        conditions.AddRange(Columns.Where(_values.ContainsKey).Select(column => Expression.Equal(column, Literal.String(_values[column]))));
        return Expression.And(conditions);
    }

    private static Expression Search(string name, string value) => Named(name, () => LogFilterInput.SearchIn(value, name));

    private static Expression Filter(string text, Schema schema)
    {
        if (!schema.TryGetType(nameof(LogFilterInput), out var type))
        {
            throw new System.Diagnostics.UnreachableException($"The schema has no {nameof(LogFilterInput)}.");
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return InputCoercion.TryCoerceJson(json.RootElement, type, out var value, out var error)
                ? Named(Where, () => (value as LogFilterInput)?.ToExpression(Where) ?? Expression.True)
                : throw ProblemException.BadField(Where, $"`{Where}{error.Path}` is {error.Found}: {error.Message}");
        }
        catch (JsonException broken)
        {
            throw ProblemException.BadField(Where, $"`{Where}` must be a LogFilterInput as JSON, such as {{\"level\": {{\"neq\": \"DEBUG\"}}}}; it is no JSON: {broken.Message}", broken);
        }
    }

    private static Expression Named(string name, Func<Expression> filter)
    {
        try
        {
            return filter();
        }
        catch (FederatedQueryException error)
        {
            throw ProblemException.BadField(name, error.Message, error);
        }
    }

    private (string Name, string Value)? OneOf(string name, string other) => (Text(name), Text(other)) switch
    {
        (null, null) => null,
        ({ } value, null) => (name, value),
        (null, { } value) => (other, value),
        _ => throw ProblemException.BadField(other, $"`{name}` and `{other}` mean the same; give one of them."),
    };

    private Literal? Time(string name, string other)
    {
        if (OneOf(name, other) is not ({ } given, { } text))
        {
            return null;
        }

        return LogInstant.TryParse(text, out var micros)
            ? Literal.Timestamptz(micros)
            : throw Bad(given, text, "a date or an instant of ISO 8601, such as 2026-11-21 or 2026-11-21T08:30:00Z");
    }
}
