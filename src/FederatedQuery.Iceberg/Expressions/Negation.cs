namespace FederatedQuery.Iceberg.Expressions;

/// <summary>Pushes NOT down to the predicates until none is left.</summary>
public static class Negation
{
    /// <summary>
    /// The same predicate without NOT. The opposite of a comparison that no null satisfies is satisfied by null, hence
    /// <c>not(x &lt; 5)</c> becomes <c>x &gt;= 5 or x is null</c>; binding drops the second part where the column is required.
    /// </summary>
    public static Expression RewriteNot(this Expression expression) => Rewrite(expression, negate: false);

    private static Expression Rewrite(Expression expression, bool negate) => expression switch
    {
        TrueExpression => negate ? Expression.False : expression,
        FalseExpression => negate ? Expression.True : expression,
        NotExpression not => Rewrite(not.Child, !negate),
        AndExpression and => negate
            ? Expression.Or(Rewrite(and.Left, true), Rewrite(and.Right, true))
            : Expression.And(Rewrite(and.Left, false), Rewrite(and.Right, false)),
        OrExpression or => negate
            ? Expression.And(Rewrite(or.Left, true), Rewrite(or.Right, true))
            : Expression.Or(Rewrite(or.Left, false), Rewrite(or.Right, false)),
        ElementPredicate any => any with { Condition = Rewrite(any.Condition, false), IsNegated = any.IsNegated != negate },
        _ when !negate => expression,
        UnaryPredicate unary => unary with { Operation = unary.Operation.Negate() },
        TestPredicate test => test with { IsNegated = !test.IsNegated },
        SetPredicate set => set with { Operation = set.Operation.Negate() },
        LiteralPredicate { Operation: var operation } literal => operation.SelectsNull() == operation.Negate().SelectsNull()
            ? Expression.Or(literal with { Operation = operation.Negate() }, Expression.IsNull(literal.Name))
            : literal with { Operation = operation.Negate() },
        _ => throw new System.Diagnostics.UnreachableException(expression.GetType().Name),
    };
}
