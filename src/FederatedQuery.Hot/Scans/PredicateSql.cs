using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Scans;

/// <summary>
/// Iceberg predicates as conditions in PostgreSQL's SQL that are true for at least the same rows. What cannot be said counts as true:
/// it drops out of an AND and makes an OR true. Text is compared by code point, whatever the column's collation.
/// </summary>
internal sealed class PredicateSql(PostgresTable table)
{
    /// <summary>Whether all of what was asked of <see cref="Of(BoundExpression)"/> so far could be said: its conditions are true for no other rows.</summary>
    public bool IsExact { get; private set; } = true;

    /// <returns>Null when there is nothing to say: every row may satisfy the predicate.</returns>
    public string? Of(BoundExpression expression) => expression switch
    {
        BoundConstant { Value: true } => null,
        BoundConstant => "false",
        BoundAnd and => And(Of(and.Left), Of(and.Right)),
        BoundOr or => Of(or.Left) is { } left && Of(or.Right) is { } right ? $"({left} OR {right})" : null,
        BoundPredicate predicate => (table.FindColumn(predicate.Reference.Name) is { } column ? Of(predicate, column) : null) ?? Unsayable(),
        _ => throw new System.Diagnostics.UnreachableException(expression.GetType().Name),
    };

    private static string? And(string? left, string? right) =>
        left is null ? right : right is null ? left : $"({left} AND {right})";

    private string? Unsayable()
    {
        IsExact = false;
        return null;
    }

    private string? Of(BoundPredicate predicate, PostgresColumn column) => predicate switch
    {
        BoundUnaryPredicate { Operation: var operation } => Unary(operation, column),
        BoundLiteralPredicate { Operation: var operation, Value: var value } =>
            Comparable(column) && SqlLiteral.Of(value) is { } literal ? Comparison(operation, column, literal) : null,
        BoundSetPredicate { Operation: var operation, Values: var values } => Comparable(column) ? Set(operation, column, values) : null,
        BoundTestPredicate { Test: var test, IsNegated: var isNegated } => TextTestSql.Of(test, column, Ordered(column), !isNegated && table.WordIndexedColumns.Contains(column.Name)) is { } passes
            ? isNegated ? $"(NOT {passes} OR {SqlIdentifier.Quote(column.Name)} IS NULL)" : passes
            : null,
        _ => throw new System.Diagnostics.UnreachableException(predicate.GetType().Name),
    };

    private static string Unary(UnaryOperation operation, PostgresColumn column)
    {
        var name = SqlIdentifier.Quote(column.Name);
        return operation switch
        {
            // IS NULL of a composite asks whether all its fields are null, IS NOT NULL whether none is: both are other questions.
            UnaryOperation.IsNull => column.Field.Type is PrimitiveType ? $"{name} IS NULL" : $"{name} IS NOT DISTINCT FROM NULL",
            UnaryOperation.NotNull => column.Field.Type is PrimitiveType ? $"{name} IS NOT NULL" : $"{name} IS DISTINCT FROM NULL",
            // NaN equals itself in PostgreSQL, as it does in Iceberg.
            UnaryOperation.IsNaN => $"{name} = 'NaN'",
            UnaryOperation.NotNaN => $"({name} <> 'NaN' OR {name} IS NULL)",
            _ => throw new System.Diagnostics.UnreachableException(operation.ToString()),
        };
    }

    private static string Comparison(LiteralOperation operation, PostgresColumn column, string literal) => operation switch
    {
        LiteralOperation.LessThan => $"{Ordered(column)} < {literal}",
        LiteralOperation.LessThanOrEqual => $"{Ordered(column)} <= {literal}",
        LiteralOperation.GreaterThan => $"{Ordered(column)} > {literal}",
        LiteralOperation.GreaterThanOrEqual => $"{Ordered(column)} >= {literal}",
        LiteralOperation.Equal => $"{Plain(column)} = {literal}",
        LiteralOperation.NotEqual => $"({Ordered(column)} <> {literal} OR {SqlIdentifier.Quote(column.Name)} IS NULL)",
        LiteralOperation.StartsWith => $"{Ordered(column)} ^@ {literal}",
        LiteralOperation.NotStartsWith => $"(NOT {Ordered(column)} ^@ {literal} OR {SqlIdentifier.Quote(column.Name)} IS NULL)",
        _ => throw new System.Diagnostics.UnreachableException(operation.ToString()),
    };

    private static string? Set(SetOperation operation, PostgresColumn column, IReadOnlyList<Literal> values)
    {
        var literals = values.Select(SqlLiteral.Of).ToList();
        if (literals.Contains(null))
        {
            return null;
        }

        var list = string.Join(", ", literals);
        return operation == SetOperation.In
            ? $"{Plain(column)} IN ({list})"
            : $"({Ordered(column)} NOT IN ({list}) OR {SqlIdentifier.Quote(column.Name)} IS NULL)";
    }

    /// <summary>
    /// The column to be tested for equality. Equal under the column's own collation is equal by code point and more, and that way its index
    /// serves.
    /// </summary>
    public static string Plain(PostgresColumn column) =>
        column.Field.Type is StringType && !column.Type.IsPlainText
            ? $"({SqlIdentifier.Quote(column.Name)}::text COLLATE \"C\")"
            : SqlIdentifier.Quote(column.Name);

    /// <summary>The column to be compared and ordered as both tiers do: text by code point.</summary>
    public static string Ordered(PostgresColumn column) => column.Field.Type is StringType
        ? $"({SqlIdentifier.Quote(column.Name)}{(column.Type.IsPlainText ? "" : "::text")} COLLATE \"C\")"
        : SqlIdentifier.Quote(column.Name);

    private static bool Comparable(PostgresColumn column) => column.Field.Type is PrimitiveType;
}
