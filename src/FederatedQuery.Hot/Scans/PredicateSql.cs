using System.Collections.Frozen;
using System.Globalization;
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
    /// <summary>Types whose arrays an index may be asked for an element of, in their own words.</summary>
    private static readonly FrozenSet<string> IndexedElements = FrozenSet.ToFrozenSet(["text", "integer", "bigint", "uuid"]);

    /// <summary>Whether all of what was asked of <see cref="Of(BoundExpression)"/> so far could be said: its conditions are true for no other rows.</summary>
    public bool IsExact { get; private set; } = true;

    /// <returns>Null when there is nothing to say: every row may satisfy the predicate.</returns>
    public string? Of(BoundExpression expression) => Of(expression, ColumnOf, depth: 0);

    private string? Of(BoundExpression expression, Func<BoundReference, SqlValue?> find, int depth) => expression switch
    {
        BoundConstant { Value: true } => null,
        BoundConstant => "false",
        BoundAnd and => And(Of(and.Left, find, depth), Of(and.Right, find, depth)),
        BoundOr or => Of(or.Left, find, depth) is { } left && Of(or.Right, find, depth) is { } right ? $"({left} OR {right})" : null,
        BoundElementPredicate any => (find(any.Reference) is { Type.Element: { } element } list ? Elements(any, list, element, depth) : null) ?? Unsayable(),
        BoundPredicate predicate => (find(predicate.Reference) is { } value ? Of(predicate, value) : null) ?? Unsayable(),
        _ => throw new System.Diagnostics.UnreachableException(expression.GetType().Name),
    };

    private static string? And(string? left, string? right) =>
        left is null ? right : right is null ? left : $"({left} AND {right})";

    /// <summary>By name: the predicate's schema may number its fields in another way.</summary>
    private SqlValue? ColumnOf(BoundReference reference)
    {
        if (table.FindColumn(reference.Name) is { } column)
        {
            return SqlValue.Of(column);
        }

        return table.Columns.Where(outer => reference.Name.StartsWith(outer.Name + '.', StringComparison.Ordinal))
            .Select(outer => SqlValue.Find($"({SqlIdentifier.Quote(outer.Name)})", outer.Type, reference.Name[(outer.Name.Length + 1)..], reference.Type))
            .FirstOrDefault(found => found is not null);
    }

    private string? Unsayable()
    {
        IsExact = false;
        return null;
    }

    private string? Elements(BoundElementPredicate any, SqlValue list, PostgresType element, int depth)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"element{depth}");
        var isRow = element.Wire == PostgresWireKind.Record;
        var elementType = ((ListType)any.Reference.Type).ElementType;
        var inner = new PredicateSql(table);
        var condition = inner.Of(any.Condition, Find, depth + 1);
        if (!inner.IsExact)
        {
            if (any.IsNegated)
            {
                // The opposite of a condition that is true too often is true too seldom.
                return null;
            }

            IsExact = false;
        }

        var exists = $"EXISTS (SELECT FROM unnest({list.Sql}) AS {(isRow ? name : $"{name}(value)")}{(condition is null ? "" : $" WHERE {condition}")})";
        return any.IsNegated ? $"NOT {exists}"
            : !isRow && IndexedElements.Contains(element.Name) && any.Condition is BoundLiteralPredicate { Operation: LiteralOperation.Equal, Value: var constant } && SqlLiteral.Of(constant) is { } literal
            ? $"({list.Sql} @> ARRAY[{literal}]::{list.Type.Name} AND {exists})"
            : exists;

        // Rows that are null come out of unnest as rows of nulls: whether one is null cannot be said.
        SqlValue? Find(BoundReference reference) => (isRow, reference.Name) switch
        {
            (false, ListType.ElementName) => new SqlValue($"{name}.value", element, elementType) { IsInside = true },
            (true, ListType.ElementName) => null,
            _ => SqlValue.Find(name, element, reference.Name[(ListType.ElementName.Length + 1)..], reference.Type),
        };
    }

    private string? Of(BoundPredicate predicate, SqlValue value) => predicate switch
    {
        BoundUnaryPredicate { Operation: UnaryOperation.NotNull } when predicate.Reference.Name == table.RangePartitionColumn => UnprunedNotNull(value),
        BoundUnaryPredicate { Operation: var operation } => Unary(operation, value),
        BoundLiteralPredicate { Operation: var operation, Value: var constant } =>
            value.IsComparable && SqlLiteral.Of(constant) is { } literal ? Comparison(operation, value, literal) : null,
        BoundSetPredicate { Operation: var operation, Values: var values } => value.IsComparable ? Set(operation, value, values) : null,
        BoundTestPredicate { Test: var test, IsNegated: var isNegated } =>
            TextTestSql.Of(test, value, !isNegated && !value.IsInside && table.WordIndexedColumns.Contains(predicate.Reference.Name)) is { } passes
                ? isNegated ? $"(NOT {passes} OR {value.Sql} IS NULL)" : passes
                : null,
        _ => throw new System.Diagnostics.UnreachableException(predicate.GetType().Name),
    };

    /// <summary>
    /// PostgreSQL (18.4) leaves out the default partition, and its rows that match, where a table is range partitioned by one column and a condition says both that the column is not null
    /// and that it is one of several values or ranges. Said so, its pruning does not heed it.
    /// </summary>
    private static string UnprunedNotNull(SqlValue value) => $"({value.Sql} IS NOT NULL) IS TRUE";

    private static string Unary(UnaryOperation operation, SqlValue value) => operation switch
    {
        // IS NULL of a composite asks whether all its fields are null, IS NOT NULL whether none is: both are other questions.
        UnaryOperation.IsNull => value.IsComparable ? $"{value.Sql} IS NULL" : $"{value.Sql} IS NOT DISTINCT FROM NULL",
        UnaryOperation.NotNull => value.IsComparable ? $"{value.Sql} IS NOT NULL" : $"{value.Sql} IS DISTINCT FROM NULL",
        // NaN equals itself in PostgreSQL, as it does in Iceberg.
        UnaryOperation.IsNaN => $"{value.Sql} = 'NaN'",
        UnaryOperation.NotNaN => $"({value.Sql} <> 'NaN' OR {value.Sql} IS NULL)",
        _ => throw new System.Diagnostics.UnreachableException(operation.ToString()),
    };

    private static string Comparison(LiteralOperation operation, SqlValue value, string literal) => operation switch
    {
        LiteralOperation.LessThan => $"{value.Ordered} < {literal}",
        LiteralOperation.LessThanOrEqual => $"{value.Ordered} <= {literal}",
        LiteralOperation.GreaterThan => $"{value.Ordered} > {literal}",
        LiteralOperation.GreaterThanOrEqual => $"{value.Ordered} >= {literal}",
        LiteralOperation.Equal => $"{value.Plain} = {literal}",
        LiteralOperation.NotEqual => $"({value.Ordered} <> {literal} OR {value.Sql} IS NULL)",
        LiteralOperation.StartsWith => $"{value.Ordered} ^@ {literal}",
        LiteralOperation.NotStartsWith => $"(NOT {value.Ordered} ^@ {literal} OR {value.Sql} IS NULL)",
        _ => throw new System.Diagnostics.UnreachableException(operation.ToString()),
    };

    private static string? Set(SetOperation operation, SqlValue value, IReadOnlyList<Literal> values)
    {
        var literals = values.Select(SqlLiteral.Of).ToList();
        if (literals.Contains(null))
        {
            return null;
        }

        var list = string.Join(", ", literals);
        return operation == SetOperation.In
            ? $"{value.Plain} IN ({list})"
            : $"({value.Ordered} NOT IN ({list}) OR {value.Sql} IS NULL)";
    }
}
