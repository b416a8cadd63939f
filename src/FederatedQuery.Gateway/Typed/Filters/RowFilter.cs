using FederatedQuery.Federation;
using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Filters;

/// <summary>A table's filter input as a predicate over its columns. Conditions on parents are looked up first: which of them fit.</summary>
/// <param name="findParents">Gives the predicate that selects the rows whose parent, by a relation, satisfies a predicate.</param>
internal sealed class RowFilter(Func<TypedRelation, TypedTable, Expression, Task<Expression>> findParents)
{
    /// <param name="where">Null: all rows.</param>
    /// <param name="path">Where the filter is, for messages.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>.</exception>
    public async ValueTask<Expression> CompileAsync(TypedTable table, IReadOnlyDictionary<string, object?>? where, string path = "where")
    {
        var conditions = new List<Expression>();
        foreach (var (name, value) in where ?? new Dictionary<string, object?>())
        {
            conditions.Add(await CompileAsync(table, name, value, $"{path}.{name}"));
        }

        return Expression.And(conditions);
    }

    private async ValueTask<Expression> CompileAsync(TypedTable table, string name, object? value, string path)
    {
        switch (name, value)
        {
            case (_, null):
                // As Hot Chocolate has it: a variable that is null filters by nothing.
                return Expression.True;
            case ("and" or "or", object?[] items):
                var parts = new List<Expression>();
                for (var i = 0; i < items.Length; i++)
                {
                    parts.Add(await CompileAsync(table, (IReadOnlyDictionary<string, object?>?)items[i], $"{path}[{i}]"));
                }

                return name == "and" || parts.Count == 0 ? Expression.And(parts) : Expression.Or(parts);
        }

        var operations = OperationsOf(value);
        if (table.Columns.FirstOrDefault(column => column.Name == name) is { } column)
        {
            return ColumnFilter.Of(column.Field.Name, column.Field.Type, column.Scalar == ScalarKind.Json, path, operations);
        }

        var relation = table.Parents.First(relation => relation.Name == name);
        var condition = await CompileAsync(relation.Target, operations, path);
        return condition == Expression.True ? Expression.True : await findParents(relation, table, condition);
    }

    private static IReadOnlyDictionary<string, object?> OperationsOf(object value) => value switch
    {
        StringOperationFilterInput text => text.Operations(),
        DateTimeOperationFilterInput moment => moment.Operations(),
        JsonPathFilterInput json => json.Operations(),
        _ => (IReadOnlyDictionary<string, object?>)value,
    };
}
