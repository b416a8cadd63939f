using System.Globalization;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>
/// Iceberg predicates as conditions of DuckDB's SQL that select exactly the same rows: two-valued, with nulls where <c>!=</c>, <c>not in</c> and
/// <c>not starts with</c> select them; NaN above every number and -0 equal to +0, which is DuckDB's own order. Searches and tests of JSON need
/// <see cref="PredicateFunctions"/> in the database.
/// </summary>
public static class DuckDbPredicates
{
    /// <param name="expression">Bound to the table's schema.</param>
    /// <param name="column">The column, or the field of a struct, as an expression of DuckDB's SQL of exactly the reference's type.</param>
    /// <returns>Never null for a row but where that counts as false.</returns>
    public static string Of(BoundExpression expression, Func<BoundReference, string> column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Of(expression, column, depth: 0);
    }

    private static string Of(BoundExpression expression, Func<BoundReference, string> column, int depth) => expression switch
    {
        BoundConstant { Value: var value } => value ? "true" : "false",
        BoundAnd and => $"({Of(and.Left, column, depth)} AND {Of(and.Right, column, depth)})",
        BoundOr or => $"({Of(or.Left, column, depth)} OR {Of(or.Right, column, depth)})",
        BoundUnaryPredicate unary => Unary(unary.Operation, column(unary.Reference)),
        BoundLiteralPredicate { Operation: LiteralOperation.Equal, Value: var value } equal when IsZero(value) => EqualToZero(column(equal.Reference)),
        BoundLiteralPredicate literal => Comparison(literal.Operation, column(literal.Reference), DuckDbLiterals.Of(literal.Value)),
        BoundSetPredicate set => Set(set, column(set.Reference)),
        BoundTestPredicate test => $"coalesce({(test.IsNegated ? "NOT " : "")}{Test(test.Test, column(test.Reference))}, {(test.IsNegated ? "true" : "false")})",
        BoundElementPredicate any => Elements(any, column(any.Reference), depth),
        _ => throw new System.Diagnostics.UnreachableException(expression?.GetType().Name),
    };

    /// <summary>Where lists are within lists, each has a name of its own for its element.</summary>
    private static string Elements(BoundElementPredicate any, string list, int depth)
    {
        var element = string.Create(CultureInfo.InvariantCulture, $"element{depth}");
        var schema = any.ElementSchema;
        var some = $"coalesce(len(list_filter({list}, lambda {element}: coalesce({Of(any.Condition, Member, depth + 1)}, false))) > 0, false)";
        return any.IsNegated ? $"NOT {some}" : some;

        string Member(BoundReference reference) => MemberOf(schema.FindField(reference.FieldId)!);

        string MemberOf(SchemaField field) => field.Parent is { } parent ? $"struct_extract({MemberOf(parent)}, {DuckDBSql.QuoteLiteral(field.Name)})" : element;
    }

    private static string Unary(UnaryOperation operation, string column) => operation switch
    {
        UnaryOperation.IsNull => $"{column} IS NULL",
        UnaryOperation.NotNull => $"{column} IS NOT NULL",
        UnaryOperation.IsNaN => $"isnan({column})",
        UnaryOperation.NotNaN => $"coalesce(NOT isnan({column}), true)",
        _ => throw new System.Diagnostics.UnreachableException(operation.ToString()),
    };

    private static string Comparison(LiteralOperation operation, string column, string literal) => operation switch
    {
        LiteralOperation.LessThan => $"{column} < {literal}",
        LiteralOperation.LessThanOrEqual => $"{column} <= {literal}",
        LiteralOperation.GreaterThan => $"{column} > {literal}",
        LiteralOperation.GreaterThanOrEqual => $"{column} >= {literal}",
        LiteralOperation.Equal => $"{column} = {literal}",

        // Not IS DISTINCT FROM: beside another comparison in an OR, DuckDB (1.5) takes it for false of null where a column's statistics know of no other value that satisfies it.
        LiteralOperation.NotEqual => $"({column} <> {literal} OR {column} IS NULL)",
        LiteralOperation.StartsWith => $"starts_with({column}, {literal})",
        LiteralOperation.NotStartsWith => $"coalesce(NOT starts_with({column}, {literal}), true)",
        _ => throw new System.Diagnostics.UnreachableException(operation.ToString()),
    };

    private static string Test(TextTest test, string column) => test switch
    {
        ContainsTest contains => $"contains({column}, {DuckDbLiterals.Of(Literal.String(contains.Text))})",
        EndsWithTest endsWith => $"suffix({column}, {DuckDbLiterals.Of(Literal.String(endsWith.Text))})",
        SearchTest search => $"{PredicateFunctions.Search}({column}, {DuckDbLiterals.Of(Literal.String(search.Search.Query))})",
        JsonExistsTest exists => $"{PredicateFunctions.JsonExists}({column}, {DuckDbLiterals.Of(Literal.String(exists.Path.ToString()))})",
        JsonEqualTest equal =>
            $"{PredicateFunctions.JsonEquals}({column}, {DuckDbLiterals.Of(Literal.String(equal.Path.ToString()))}, {DuckDbLiterals.Of(Literal.String(equal.Json))})",
        _ => throw new System.Diagnostics.UnreachableException(test.GetType().Name),
    };

    private static string Set(BoundSetPredicate set, string column)
    {
        var values = string.Join(", ", set.Values.Select(DuckDbLiterals.Of));
        return set.Operation != SetOperation.In ? $"coalesce({column} NOT IN ({values}), true)"
            : set.Values.Any(IsZero) ? $"({EqualToZero(column)} OR {column} IN ({values}))"
            : $"{column} IN ({values})";
    }

    /// <summary>DuckDB looks for +0 in the Bloom filters of Parquet files, which know -0 as another value: it would leave out row groups that have that one alone.</summary>
    private static string EqualToZero(string column) => $"abs({column}) = 0";

    private static bool IsZero(Literal value) => value.TypeId is TypeId.Float or TypeId.Double && value.AsDouble == 0;
}
