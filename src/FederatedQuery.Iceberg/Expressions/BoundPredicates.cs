using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

internal static class BoundPredicates
{
    /// <summary>A unary test, or the constant it comes to where the field cannot be null.</summary>
    /// <exception cref="IcebergException">A NaN test of a field that is not floating point.</exception>
    public static BoundExpression Unary(UnaryOperation operation, BoundReference reference)
    {
        if (operation is UnaryOperation.IsNaN or UnaryOperation.NotNaN && !reference.IsFloatingPoint)
        {
            throw IcebergException.InvalidExpression(
                $"'{reference.Name} {operation.Symbol()}': the column is of type {reference.Type}; only float and double have NaN.");
        }

        return operation switch
        {
            UnaryOperation.IsNull when !reference.IsNullable || reference.Type is UnknownType => reference.IsNullable ? BoundExpression.True : BoundExpression.False,
            UnaryOperation.NotNull when !reference.IsNullable || reference.Type is UnknownType => reference.IsNullable ? BoundExpression.False : BoundExpression.True,
            _ => new BoundUnaryPredicate(operation, reference),
        };
    }

    /// <summary>Whether a value, or null, satisfies the predicate.</summary>
    public static bool Matches(this BoundPredicate predicate, Literal? value) => predicate switch
    {
        BoundUnaryPredicate { Operation: var operation } => operation switch
        {
            UnaryOperation.IsNull => value is null,
            UnaryOperation.NotNull => value is not null,
            UnaryOperation.IsNaN => value is { IsNaN: true },
            _ => value is not { IsNaN: true },
        },
        BoundLiteralPredicate { Operation: var operation, Value: var constant } =>
            value is { } present ? Matches(operation, present, constant) : operation.SelectsNull(),
        BoundSetPredicate set => (value is { } present && set.Contains(present)) == (set.Operation == SetOperation.In),
        BoundTestPredicate test => (value is { } present && test.Test.Matches(present.AsString)) != test.IsNegated,
        _ => throw new System.Diagnostics.UnreachableException(predicate.GetType().Name),
    };

    /// <summary>
    /// As <see cref="Literal.CompareInPredicate"/>, and values of a type from before a promotion are taken as of the promoted one.
    /// </summary>
    public static int Compare(Literal left, Literal right) => (left.TypeId, right.TypeId) switch
    {
        (TypeId.Int or TypeId.Long or TypeId.Date, TypeId.Int or TypeId.Long or TypeId.Date) => left.AsLong.CompareTo(right.AsLong),
        (TypeId.Float, TypeId.Double) or (TypeId.Double, TypeId.Float) =>
            Literal.CompareInPredicate(Literal.Double(left.AsDouble), Literal.Double(right.AsDouble)),
        _ => Literal.CompareInPredicate(left, right),
    };

    private static bool Matches(LiteralOperation operation, Literal value, Literal constant) => operation switch
    {
        LiteralOperation.LessThan => Compare(value, constant) < 0,
        LiteralOperation.LessThanOrEqual => Compare(value, constant) <= 0,
        LiteralOperation.GreaterThan => Compare(value, constant) > 0,
        LiteralOperation.GreaterThanOrEqual => Compare(value, constant) >= 0,
        LiteralOperation.Equal => Compare(value, constant) == 0,
        LiteralOperation.NotEqual => Compare(value, constant) != 0,
        LiteralOperation.StartsWith => value.AsString.StartsWith(constant.AsString, StringComparison.Ordinal),
        _ => !value.AsString.StartsWith(constant.AsString, StringComparison.Ordinal),
    };
}
