using FederatedQuery.Federation;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Filters;

/// <summary>A table's filter input as a predicate over its columns. Conditions on related rows are looked up first: which rows they leave.</summary>
internal sealed class RowFilter(RelationFilters relations)
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

        if (table.Columns.FirstOrDefault(column => column.Name == name) is { } column)
        {
            return NestedFilter.Of(column.Field.Name, column.Field.Type, column.Type, path, value);
        }

        var operations = (IReadOnlyDictionary<string, object?>)value;
        if (table.Parents.FirstOrDefault(relation => relation.Name == name) is { } parent)
        {
            var condition = await CompileAsync(parent.Target, operations, path);
            return condition == Expression.True ? Expression.True : await relations.WithParentAsync(parent, table, condition, path);
        }

        var children = table.Children.First(relation => relation.Name == name);
        var conditions = new List<Expression>();
        foreach (var (operation, given) in operations)
        {
            conditions.Add(await OfChildrenAsync(table, children, operation, given, $"{path}.{operation}"));
        }

        return Expression.And(conditions);
    }

    private async ValueTask<Expression> OfChildrenAsync(TypedTable table, TypedRelation children, string operation, object? value, string path)
    {
        if (value is null or bool)
        {
            return value is bool wanted ? Of(await relations.WithChildAsync(children, table, Expression.True, path), !wanted) : Expression.True;
        }

        var condition = await CompileAsync(children.Target, (IReadOnlyDictionary<string, object?>)value, path);
        return operation == "all"
            ? Of(await relations.WithChildAsync(children, table, Expression.Not(condition), path), isNegated: true)
            : Of(await relations.WithChildAsync(children, table, condition, path), operation == "none");
    }

    private static Expression Of(Expression expression, bool isNegated) => isNegated ? Expression.Not(expression) : expression;
}
