using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>A predicate as DuckDB's SQL, with SQL's own meaning of null: it selects what Iceberg's predicate does or less.</summary>
internal static class PredicateText
{
    public static string Of(Expression predicate) => predicate switch
    {
        AndExpression and => $"({Of(and.Left)} AND {Of(and.Right)})",
        OrExpression or => $"({Of(or.Left)} OR {Of(or.Right)})",
        NotExpression not => $"(NOT {Of(not.Child)})",
        UnaryPredicate { Operation: UnaryOperation.IsNull } unary => $"{Name(unary.Name)} IS NULL",
        UnaryPredicate { Operation: UnaryOperation.NotNull } unary => $"{Name(unary.Name)} IS NOT NULL",
        UnaryPredicate { Operation: UnaryOperation.IsNaN } unary => $"isnan({Name(unary.Name)})",
        UnaryPredicate unary => $"(NOT isnan({Name(unary.Name)}))",
        LiteralPredicate { Operation: LiteralOperation.StartsWith } literal => $"starts_with({Name(literal.Name)}, {DuckDbLiterals.Of(literal.Value)})",
        LiteralPredicate { Operation: LiteralOperation.NotStartsWith } literal => $"(NOT starts_with({Name(literal.Name)}, {DuckDbLiterals.Of(literal.Value)}))",
        LiteralPredicate literal => $"({Name(literal.Name)} {Symbol(literal.Operation)} {DuckDbLiterals.Of(literal.Value)})",
        SetPredicate { Values.Length: 0 } set => set.Operation == SetOperation.In ? "false" : "true",
        SetPredicate set =>
            $"({Name(set.Name)} {(set.Operation == SetOperation.In ? "IN" : "NOT IN")} ({string.Join(", ", set.Values.Select(DuckDbLiterals.Of))}))",
        _ => predicate == Expression.True ? "true" : "false",
    };

    private static string Name(string column) => DuckDBSql.QuoteIdentifier(column);

    private static string Symbol(LiteralOperation operation) => operation switch
    {
        LiteralOperation.LessThan => "<",
        LiteralOperation.LessThanOrEqual => "<=",
        LiteralOperation.GreaterThan => ">",
        LiteralOperation.GreaterThanOrEqual => ">=",
        LiteralOperation.Equal => "=",
        LiteralOperation.NotEqual => "<>",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a comparison."),
    };
}
