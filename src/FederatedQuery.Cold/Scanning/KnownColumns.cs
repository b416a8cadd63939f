using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning;

/// <summary>The part of a predicate that a table's metadata can decide.</summary>
internal static class KnownColumns
{
    /// <summary>
    /// A column that the wanted schema has and the snapshot's lacks is null in all of its rows, and metadata columns have no bounds; what is asked of these is
    /// left to DuckDB. So is what is asked of a column that the table's name mapping lacks: files without ids have it in no row, while their metrics may be
    /// from a time when the mapping had it.
    /// </summary>
    public static Expression In(Expression predicate, Schema schema, NameMapping? mapping) => predicate switch
    {
        AndExpression and => Expression.And(In(and.Left, schema, mapping), In(and.Right, schema, mapping)),
        _ => NamesOf(predicate).All(name => schema.FindField(name) is { } field && mapping?.Fields.Covers(field.Id) != false) ? predicate : Expression.True,
    };

    private static IEnumerable<string> NamesOf(Expression predicate) => predicate switch
    {
        AndExpression and => NamesOf(and.Left).Concat(NamesOf(and.Right)),
        OrExpression or => NamesOf(or.Left).Concat(NamesOf(or.Right)),
        NotExpression not => NamesOf(not.Child),
        UnaryPredicate unary => [unary.Name],
        LiteralPredicate literal => [literal.Name],
        SetPredicate set => [set.Name],
        TestPredicate test => [test.Name],
        ElementPredicate any => [any.Name, .. NamesOf(any.Condition).Select(name => $"{any.Name}.{name}")],
        _ => [],
    };
}
