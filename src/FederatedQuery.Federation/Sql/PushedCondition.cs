using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Federation.Sql;

/// <summary>A condition in the tiers' own terms. It selects every row that the statement's condition selects, and perhaps more.</summary>
/// <param name="Predicate">Over the columns of one table.</param>
/// <param name="IsExact">It selects no row for which the statement's condition is false; only then may it be negated.</param>
/// <param name="TrueOnNulls">The condition may hold for a row whose columns are all null.</param>
/// <param name="FalseOnNulls">The condition's negation may.</param>
internal sealed record PushedCondition(Expression Predicate, bool IsExact, bool TrueOnNulls = false, bool FalseOnNulls = false)
{
    public static PushedCondition And(IReadOnlyList<PushedCondition> parts, bool isWhole) => new(
        Expression.And(parts.Select(part => part.Predicate)),
        isWhole && parts.All(part => part.IsExact),
        parts.All(part => part.TrueOnNulls),
        !isWhole || parts.Any(part => part.FalseOnNulls));

    public static PushedCondition Or(IReadOnlyList<PushedCondition> parts) => new(
        Expression.Or(parts.Select(part => part.Predicate)),
        parts.All(part => part.IsExact),
        parts.Any(part => part.TrueOnNulls),
        parts.All(part => part.FalseOnNulls));

    public PushedCondition Negated() => new(Expression.Not(Predicate), IsExact, FalseOnNulls, TrueOnNulls);
}
