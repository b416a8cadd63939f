using System.Collections.Immutable;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>A query with everything found that it leaves open.</summary>
internal sealed class ResolvedQuery
{
    private byte[]? _digest;

    /// <exception cref="FederatedQueryException">BadArgument: a column is not there or cannot be ordered by, or the filter does not suit the table.</exception>
    public ResolvedQuery(RowQuery query)
        : this(query, TermsOf(query))
    {
    }

    /// <param name="terms">In which order rows are read, whatever the query says of it.</param>
    /// <inheritdoc cref="ResolvedQuery(RowQuery)"/>
    public ResolvedQuery(RowQuery query, ImmutableArray<RowTerm> terms)
    {
        Query = query;
        Terms = terms;
        Layout = new RowLayout(query.Table, query.Columns.IsDefault ? query.Table.Schema.Fields.Select(field => field.Id) : query.Columns, Terms, query.Filter);
        Columns = [.. Terms.Select(ColumnOf)];
    }

    public RowQuery Query { get; }

    /// <summary>The order, the key behind it. At least one.</summary>
    public ImmutableArray<RowTerm> Terms { get; }

    public RowLayout Layout { get; }

    /// <summary>Where in the rows that are read each term's value is.</summary>
    public ImmutableArray<int> Columns { get; }

    public byte[] Digest => _digest ??= RowCursor.DigestOf(Query, Terms);

    /// <summary>What is read of each row: the visible columns, then values of terms that none of them is.</summary>
    public string Outputs => string.Join(", ", Layout.Visible.Select(Layout.Output).Concat(Hidden.Select(Layout.Sql)));

    /// <summary>
    /// The columns of <see cref="Outputs"/> with their types, where rows can be had of PostgreSQL as they are given out: each column once, none of them made into something else. Null: DuckDB has
    /// to make them.
    /// </summary>
    public IReadOnlyList<(NestedField Field, DuckDBLogicalType Type)>? Direct
    {
        get
        {
            var columns = Layout.Visible.Concat(Hidden.Select(term => term.Field)).ToList();
            return columns.Count == columns.DistinctBy(column => column.Id).Count() && !Hidden.Any(term => term.IsText) && columns.TrueForAll(Layout.IsDirect)
                ? columns.ConvertAll(column => (column, Layout.DirectType(column)))
                : null;
        }
    }

    private IEnumerable<RowTerm> Hidden => Terms.Where(term => !IsVisible(term));

    /// <summary>The statement of the first rows of a relation.</summary>
    /// <param name="relation">With the columns of the layout.</param>
    /// <param name="terms">The order in which they are read: that of the query, or its reverse.</param>
    /// <param name="conditions">Of the rows.</param>
    /// <param name="limit">How many; null: all.</param>
    public string Select(string relation, IEnumerable<RowTerm> terms, IEnumerable<Expression> conditions, long? limit) =>
        $"SELECT {Outputs} FROM {relation}{Where(conditions)} ORDER BY {RowLayout.OrderBy(Layout, terms)}"
        + (limit is { } most ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" LIMIT {most}") : "");

    public string Where(IEnumerable<Expression> conditions)
    {
        var all = conditions.Where(condition => condition != Expression.True).Select(Layout.Condition).ToList();
        return all.Count == 0 ? "" : $" WHERE {string.Join(" AND ", all)}";
    }

    private static ImmutableArray<RowTerm> TermsOf(RowQuery query)
    {
        var terms = new List<RowTerm>();
        foreach (var (id, descending) in query.Order)
        {
            var field = RowLayout.Find(query.Table, id);
            if (field.Type is not PrimitiveType)
            {
                throw new FederatedQueryException(FailureKind.BadArgument, $"Rows cannot be ordered by column '{field.Name}': it is of type {field.Type}, which has no order.");
            }

            Add(field, descending);
        }

        // The way of the last column: an index on both serves, read forwards or backwards.
        var isDescending = !query.Order.IsEmpty && query.Order[^1].Descending;
        foreach (var id in query.Key.IsDefault ? RowKeys.TieBreakerOf(query.Table) : query.Key)
        {
            Add(RowLayout.Find(query.Table, id), isDescending);
        }

        return terms.Count > 0 ? [.. terms] : throw new FederatedQueryException(FailureKind.BadArgument, $"Table '{query.Table}' has no columns to tell rows apart by.");

        void Add(NestedField field, bool descending)
        {
            if (terms.TrueForAll(term => term.Field.Id != field.Id))
            {
                terms.Add(RowTerm.Of(field, descending));
            }
        }
    }

    private bool IsVisible(RowTerm term) => !term.IsText && !Query.Table.JsonFieldIds.Contains(term.Field.Id) && Layout.Visible.Any(field => field.Id == term.Field.Id);

    private int ColumnOf(RowTerm term) => IsVisible(term)
        ? Layout.Visible.Index().First(field => field.Item.Id == term.Field.Id).Index
        : Layout.Visible.Length + Hidden.Index().First(hidden => hidden.Item == term).Index;
}
