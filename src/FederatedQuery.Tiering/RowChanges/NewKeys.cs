using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>Keys that are to be new, as conditions by which rows are found that have them already: PostgreSQL's index knows hot rows alone.</summary>
/// <param name="Columns">Of the key.</param>
/// <param name="Conditions">None where no row gives its key.</param>
internal sealed record NewKeys(IReadOnlyList<string> Columns, IReadOnlyList<Expression> Conditions)
{
    public static NewKeys None { get; } = new([], []);

    /// <summary>Keys in one condition.</summary>
    private const int Portion = 500;

    /// <param name="key">Names of its columns.</param>
    /// <param name="rows">To insert. Those that leave a part of their key to PostgreSQL (the next number, a random id) are passed over: nobody can have it yet.</param>
    public static NewKeys Of(IReadOnlyList<string> key, IReadOnlyList<IReadOnlyList<ColumnAssignment>> rows) => new(key, [.. ConditionsOf(key, rows)]);

    /// <summary>
    /// Whether an index sees to it that hot rows have them once. Tables that are partitioned by time have the time in their primary key, though rows are told apart
    /// by the columns before it.
    /// </summary>
    public bool AreUniqueIn(PostgresTable hot) => Conditions.Count == 0 || (!hot.PrimaryKey.IsEmpty && hot.PrimaryKey.All(Columns.Contains));

    private static IEnumerable<Expression> ConditionsOf(IReadOnlyList<string> key, IReadOnlyList<IReadOnlyList<ColumnAssignment>> rows)
    {
        var given = rows.Select(row => key.Select(column => row.FirstOrDefault(assignment => assignment.Column == column)?.Value.Literal).OfType<Literal>().ToList())
            .Where(values => key.Count > 0 && values.Count == key.Count);
        foreach (var portion in given.Chunk(Portion))
        {
            // Each column by itself, by which files are left out, then the keys as they are.
            var columns = Expression.And(key.Select((column, i) => Expression.In(column, [.. portion.Select(values => values[i]).Distinct()])));
            yield return key.Count == 1
                ? columns
                : Expression.And(columns, Expression.Or(portion.Select(values => Expression.And(key.Select((column, i) => Expression.Equal(column, values[i]))))));
        }
    }
}
