using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning;

/// <summary>A predicate over the rows of a scan.</summary>
/// <param name="Columns">The scan's columns: those asked for, and those that the predicate needs beyond them.</param>
/// <param name="Sql">True for the rows that match, in a query that calls the scan <see cref="Relation"/>.</param>
internal sealed record RowCondition(IReadOnlyList<NestedField> Columns, string Sql)
{
    public const string Relation = "matching";

    /// <param name="schema">What the predicate is bound to.</param>
    /// <param name="predicate">Which rows.</param>
    /// <param name="columns">To be read in any case.</param>
    public static RowCondition Of(Schema schema, BoundExpression predicate, params IEnumerable<NestedField> columns)
    {
        var all = columns.ToList();
        DuckDbPredicates.Of(predicate, reference =>
        {
            var column = PathOf(reference)[0].Field;
            if (!all.Contains(column))
            {
                all.Add(column);
            }

            return "";
        });
        var names = DuckDbNames.Of(all);
        return new RowCondition(all, DuckDbPredicates.Of(predicate, reference =>
        {
            var path = PathOf(reference);
            return string.Join('.', path.Skip(1).Select(field => DuckDBSql.QuoteIdentifier(field.Name))
                .Prepend($"{Relation}.{DuckDBSql.QuoteIdentifier(names[all.IndexOf(path[0].Field)])}"));
        }));

        List<SchemaField> PathOf(BoundReference reference)
        {
            var path = new List<SchemaField>();
            for (var field = schema.FindField(reference.FieldId); field is not null; field = field.Parent)
            {
                path.Insert(0, field);
            }

            return path;
        }
    }
}
