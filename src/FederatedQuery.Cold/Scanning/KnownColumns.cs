using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning;

/// <summary>The part of a predicate that a table's metadata can decide.</summary>
internal static class KnownColumns
{
    /// <summary>
    /// A column that the wanted schema has and the snapshot's lacks is null in all of its rows, and metadata columns have no bounds; what is asked of these is
    /// left to DuckDB. So is what is asked of a column that the table's name mapping lacks: files without ids have it in no row, while their metrics may be
    /// from a time when the mapping had it, and of a column that is wanted of a type that its values are converted to.
    /// </summary>
    /// <param name="wanted">The columns that the predicate is over; those that are left out are of the schema's types.</param>
    public static Expression In(Expression predicate, Schema schema, NameMapping? mapping, IReadOnlyList<NestedField>? wanted = null) => predicate switch
    {
        AndExpression and => Expression.And(In(and.Left, schema, mapping, wanted), In(and.Right, schema, mapping, wanted)),
        _ => NamesOf(predicate).All(name => schema.FindField(name) is { } field && mapping?.Fields.Covers(field.Id) != false && IsOfItsType(field, name, wanted))
            ? predicate
            : Expression.True,
    };

    private static bool IsOfItsType(SchemaField field, string name, IReadOnlyList<NestedField>? wanted) =>
        wanted?.FirstOrDefault(column => column.Name == name)?.Type is not { } type
        || ((field.Type, type) is (PrimitiveType, PrimitiveType)
            ? TypePromotion.IsAllowed(field.Type, type, TableMetadata.HighestFormatVersion) || TypePromotion.IsAllowed(type, field.Type, TableMetadata.HighestFormatVersion)
            : field.Type is not PrimitiveType && type is not PrimitiveType);

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
