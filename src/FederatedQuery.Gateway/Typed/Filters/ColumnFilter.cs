using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Filters;

/// <summary>
/// The operations on one column as a predicate; all of them must hold. Null is a value: <c>eq: null</c> selects nulls, <c>neq: "x"</c> and the other negations select them too. Within JSON <c>eq: null</c>
/// selects rows with null at the path and those with nothing there.
/// </summary>
internal static class ColumnFilter
{
    /// <param name="column">Its name in the table.</param>
    /// <param name="path">Where in the filter it is, for messages.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>.</exception>
    public static Expression Of(string column, IcebergType type, bool isJson, string path, IReadOnlyDictionary<string, object?> operations) => isJson
        ? Json(column, path, operations)
        : Expression.And([.. operations.Select(operation => Of(column, type, $"{path}.{operation.Key}", operation.Key, operation.Value))]);

    private static Expression Of(string column, IcebergType type, string path, string operation, object? value) => (operation, value) switch
    {
        ("and" or "or" or "in" or "nin", null) => throw Wrong(path, "is null; give a list, or leave it out"),
        ("and", object?[] all) => Expression.And([.. all.Select(item => Of(column, type, isJson: false, path, (IReadOnlyDictionary<string, object?>)item!))]),
        ("or", object?[] any) => any.Length == 0
            ? Expression.True
            : Expression.Or([.. any.Select(item => Of(column, type, isJson: false, path, (IReadOnlyDictionary<string, object?>)item!))]),
        ("eq", null) => Expression.IsNull(column),
        ("neq", null) => Expression.NotNull(column),
        ("in", object?[] values) => Expression.Or(In(column, type, path, values), values.Contains(null) ? Expression.IsNull(column) : Expression.False),
        ("nin", object?[] values) => Expression.And(
            Expression.Not(In(column, type, path, values)), values.Contains(null) ? Expression.NotNull(column) : Expression.True),
        (_, null) => throw Wrong(path, "is null, with which nothing compares; `eq: null` selects rows without a value"),
        ("contains", string text) => Expression.Contains(column, text),
        ("ncontains", string text) => Expression.NotContains(column, text),
        ("endsWith", string text) => Expression.EndsWith(column, text),
        ("nendsWith", string text) => Expression.NotEndsWith(column, text),
        ("startsWith", string text) => Expression.StartsWith(column, text),
        ("nstartsWith", string text) => Expression.NotStartsWith(column, text),
        _ => Compare(column, operation, Literals.Of(value, type)
            ?? (operation is "eq" or "neq" ? null : throw Wrong(path, $"is {value}, which a column of type {type} cannot have"))),
    };

    /// <param name="value">Null: no row has it.</param>
    private static Expression Compare(string column, string operation, Literal? value) => (operation, value) switch
    {
        ("eq", { } known) => Expression.Equal(column, known),
        ("eq", null) => Expression.False,
        ("neq", { } known) => Expression.NotEqual(column, known),
        ("neq", null) => Expression.True,
        ("gt", { } known) => Expression.GreaterThan(column, known),
        ("gte", { } known) => Expression.GreaterThanOrEqual(column, known),
        ("lt", { } known) => Expression.LessThan(column, known),
        ("lte", { } known) => Expression.LessThanOrEqual(column, known),
        _ => throw new System.Diagnostics.UnreachableException(operation),
    };

    private static Expression In(string column, IcebergType type, string path, object?[] values)
    {
        var literals = values.Where(value => value is not null).Select(value => Literals.Of(value!, type)).OfType<Literal>().Distinct().ToList();
        return literals.Count == 0 ? Expression.False : Expression.In(column, [.. literals]);
    }

    private static Expression Json(string column, string path, IReadOnlyDictionary<string, object?> operations)
    {
        var text = (string)operations["path"]!;
        JsonPath parsed;
        try
        {
            parsed = JsonPath.Parse(text);
        }
        catch (IcebergException invalid)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`{path}.path`: {invalid.Message}", invalid);
        }

        var conditions = new List<Expression>();
        if (operations.TryGetValue("eq", out var value))
        {
            conditions.Add(value is JsonElement { ValueKind: not JsonValueKind.Null } json
                ? Expression.JsonEqual(column, parsed, json.GetRawText())
                : Expression.Or(Expression.JsonEqual(column, parsed, "null"), Expression.Not(Expression.JsonExists(column, parsed))));
        }

        if (operations.TryGetValue("exists", out var exists) && exists is bool wanted)
        {
            conditions.Add(wanted ? Expression.JsonExists(column, parsed) : Expression.Not(Expression.JsonExists(column, parsed)));
        }

        return conditions.Count > 0 ? Expression.And(conditions) : throw Wrong(path, "has a path alone; give `eq` or `exists` as well");
    }

    private static FederatedQueryException Wrong(string path, string problem) => new(FailureKind.BadArgument, $"`{path}` {problem}.");
}
