using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// Binds predicates to a schema: finds the fields, converts the constants to the fields' types, removes NOT, and folds what is
/// decided by that
/// alone, such as <c>int_col &lt; 3000000000</c> (not null) or <c>required_col is null</c> (false).
/// </summary>
public static class Binder
{
    /// <exception cref="IcebergException">Kind InvalidExpression: an unknown or ambiguous column, or a constant that does not suit it.</exception>
    public static BoundExpression Bind(this Expression expression, Schema schema, bool caseSensitive = true)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(schema);
        return Bind(expression.RewriteNot(), name => Find(schema, name, caseSensitive), caseSensitive);
    }

    private static BoundExpression Bind(Expression expression, Func<string, BoundReference> find, bool caseSensitive) => expression switch
    {
        TrueExpression => BoundExpression.True,
        FalseExpression => BoundExpression.False,
        AndExpression and => BoundExpression.And(Bind(and.Left, find, caseSensitive), Bind(and.Right, find, caseSensitive)),
        OrExpression or => BoundExpression.Or(Bind(or.Left, find, caseSensitive), Bind(or.Right, find, caseSensitive)),
        UnaryPredicate unary => BoundPredicates.Unary(unary.Operation, find(unary.Name)),
        LiteralPredicate literal => BindLiteral(literal, find(literal.Name)),
        SetPredicate set => BindSet(set, find(set.Name)),
        TestPredicate test => BindTest(test, find(test.Name)),
        ElementPredicate any => BindElement(any, find(any.Name), caseSensitive),
        _ => throw new System.Diagnostics.UnreachableException(expression.GetType().Name),
    };

    private static BoundReference Find(Schema schema, string name, bool caseSensitive)
    {
        var found = schema.FindField(name, caseSensitive);
        if (found is null)
        {
            throw IcebergException.InvalidExpression(
                $"There is no column '{name}'; the columns are {string.Join(", ", schema.Fields.Select(f => $"'{f.Name}'"))}.");
        }

        return found.IsInListOrMap
            ? throw IcebergException.InvalidExpression($"The field '{name}' is inside a list or map, so it has no one value to compare.")
            : new BoundReference(found.Id, found.FullName, found.Type, found.IsNullable);
    }

    private static BoundExpression BindLiteral(LiteralPredicate predicate, BoundReference reference)
    {
        var operation = predicate.Operation;
        if (operation is LiteralOperation.StartsWith or LiteralOperation.NotStartsWith && reference.Type is not StringType)
        {
            throw IcebergException.InvalidExpression(
                $"'{predicate}': the column '{reference.Name}' is of type {reference.Type}; only text can start with something.");
        }

        var converted = Convert(predicate, reference, predicate.Value);
        return converted.Fit switch
        {
            LiteralFit.Exact => new BoundLiteralPredicate(operation, reference, converted.Value),
            LiteralFit.Between => operation switch
            {
                LiteralOperation.Equal => BoundExpression.False,
                LiteralOperation.NotEqual => BoundExpression.True,
                LiteralOperation.LessThan or LiteralOperation.LessThanOrEqual =>
                    new BoundLiteralPredicate(LiteralOperation.LessThanOrEqual, reference, converted.Value),
                _ => new BoundLiteralPredicate(LiteralOperation.GreaterThan, reference, converted.Value),
            },
            _ => OutOfRange(operation, above: converted.Fit == LiteralFit.Above, reference),
        };
    }

    private static BoundExpression OutOfRange(LiteralOperation operation, bool above, BoundReference reference) => operation switch
    {
        LiteralOperation.Equal => BoundExpression.False,
        LiteralOperation.NotEqual => BoundExpression.True,
        LiteralOperation.LessThan or LiteralOperation.LessThanOrEqual when above => BoundPredicates.Unary(UnaryOperation.NotNull, reference),
        LiteralOperation.GreaterThan or LiteralOperation.GreaterThanOrEqual when !above => BoundPredicates.Unary(UnaryOperation.NotNull, reference),
        _ => BoundExpression.False,
    };

    private static BoundExpression BindSet(SetPredicate predicate, BoundReference reference) => BoundSetPredicate.Create(
        predicate.Operation,
        reference,
        predicate.Values.Select(value => Convert(predicate, reference, value)).Where(c => c.Fit == LiteralFit.Exact).Select(c => c.Value));

    private static BoundExpression BindTest(TestPredicate predicate, BoundReference reference) => reference.Type is not StringType
        ? throw IcebergException.InvalidExpression($"'{predicate}': the column '{reference.Name}' is of type {reference.Type}; this is asked of text only.")
        : predicate.Test is SearchTest { Search.IsEmpty: true } or ContainsTest { Text: "" } or EndsWithTest { Text: "" }
            ? BoundPredicates.Unary(predicate.IsNegated ? UnaryOperation.IsNull : UnaryOperation.NotNull, reference)
            : new BoundTestPredicate(predicate.Test, predicate.IsNegated, reference);

    private static BoundExpression BindElement(ElementPredicate predicate, BoundReference reference, bool caseSensitive)
    {
        if (reference.Type is not ListType list)
        {
            throw IcebergException.InvalidExpression($"'{predicate}': the column '{reference.Name}' is of type {reference.Type}; only lists have elements.");
        }

        var elements = BoundElementPredicate.SchemaOf(list);
        var condition = Bind(predicate.Condition, name => Find(elements, name, caseSensitive), caseSensitive);
        return condition.IsFalse
            ? predicate.IsNegated ? BoundExpression.True : BoundExpression.False
            : new BoundElementPredicate(condition, predicate.IsNegated, reference);
    }

    private static ConvertedLiteral Convert(Expression predicate, BoundReference reference, Literal value)
    {
        if (value.IsNaN)
        {
            throw IcebergException.InvalidExpression($"'{predicate}' compares '{reference.Name}' with NaN; use is-nan or not-nan instead.");
        }

        return (reference.Type is PrimitiveType type ? LiteralConversion.To(type, value) : null)
            ?? throw IcebergException.InvalidExpression(
                $"'{predicate}': a constant of kind {value.TypeId} cannot be compared with the column '{reference.Name}' of "
                + $"type {reference.Type}.");
    }
}
