using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Where rows lie in an order, as predicates: behind a row, equal to it, at or before it. Ascending, values come before NaN and NaN before null; descending the other way round.
/// </summary>
internal static class Keyset
{
    /// <summary>Rows at a row's place or behind it.</summary>
    /// <param name="terms">The order.</param>
    /// <param name="values">The row's values.</param>
    /// <param name="includesEqual">Whether rows equal in all terms are meant.</param>
    public static Expression From(IReadOnlyList<RowTerm> terms, IReadOnlyList<Literal?> values, bool includesEqual)
    {
        var rest = includesEqual ? AtOrBehind(terms[^1], values[terms.Count - 1]) : Behind(terms[^1], values[terms.Count - 1]);
        for (var i = terms.Count - 2; i >= 0; i--)
        {
            rest = Expression.Or(Behind(terms[i], values[i]), Expression.And(Equal(terms[i], values[i]), rest));
        }

        // Follows from the rest; said by itself, it is what indexes, partitions and files are found by.
        return terms.Count > 1 ? Expression.And(AtOrBehind(terms[0], values[0]), rest) : rest;
    }

    /// <summary>As far as both tiers can say it by themselves: at least the rows of <see cref="From"/>.</summary>
    public static Expression KnownFrom(IReadOnlyList<RowTerm> terms, IReadOnlyList<Literal?> values, bool includesEqual)
    {
        var known = terms.TakeWhile(term => term.IsKnownToTiers).ToList();
        return known.Count == 0 ? Expression.True : From(known, values, includesEqual || known.Count < terms.Count);
    }

    /// <summary>Rows equal in all terms.</summary>
    public static Expression At(IReadOnlyList<RowTerm> terms, IReadOnlyList<Literal?> values) => Expression.And(terms.Select((term, i) => Equal(term, values[i])));

    /// <summary>As far as both tiers can say it by themselves: at least the rows of <see cref="At"/>.</summary>
    public static Expression KnownAt(IReadOnlyList<RowTerm> terms, IReadOnlyList<Literal?> values) =>
        Expression.And(terms.Zip(values).Where(pair => pair.First.IsKnownToTiers).Select(pair => Equal(pair.First, pair.Second)));

    /// <summary>Rows whose value in one term is not behind a value.</summary>
    public static Expression UpTo(RowTerm term, Literal? value) => Or(term.Reversed, value, Equal(term, value));

    private static Expression AtOrBehind(RowTerm term, Literal? value) => Or(term, value, Equal(term, value));

    private static Expression Or(RowTerm term, Literal? value, Expression equal)
    {
        if (value is not { IsNaN: false } number)
        {
            return Expression.Or(Behind(term, value), equal);
        }

        // One comparison in place of two.
        return term.Descending
            ? Expression.LessThanOrEqual(term.Name, number)
            : Expression.Or(Expression.GreaterThanOrEqual(term.Name, number), Expression.IsNull(term.Name));
    }

    private static Expression Behind(RowTerm term, Literal? value) => (value, term.Descending) switch
    {
        (null, false) => Expression.False,
        (null, true) => Expression.NotNull(term.Name),
        ({ IsNaN: true }, false) => Expression.IsNull(term.Name),
        ({ IsNaN: true }, true) => Expression.And(Expression.NotNull(term.Name), Expression.NotNaN(term.Name)),
        ({ } number, false) => Expression.Or(Expression.GreaterThan(term.Name, number), Expression.IsNull(term.Name)),
        ({ } number, true) => Expression.LessThan(term.Name, number),
    };

    private static Expression Equal(RowTerm term, Literal? value) => value switch
    {
        null => Expression.IsNull(term.Name),
        { IsNaN: true } => Expression.IsNaN(term.Name),
        { } number => Expression.Equal(term.Name, number),
    };
}
