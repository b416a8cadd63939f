using FederatedQuery.Federation;
using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Filters;

/// <summary>
/// The filter input of a column of any type as a predicate. Fields of a struct are as columns, and null where the struct is. Of a list, <c>some</c>, <c>all</c> and <c>any: true</c> need one;
/// <c>none</c> and <c>any: false</c>, being negations, also select rows without. All elements of an empty list meet everything.
/// </summary>
internal static class NestedFilter
{
    /// <param name="name">Dotted, in the table.</param>
    /// <param name="path">Where in the filter it is, for messages.</param>
    /// <param name="value">Coerced; null filters by nothing.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>.</exception>
    public static Expression Of(string name, IcebergType type, ColumnType column, string path, object? value) => (column, type, value) switch
    {
        (_, _, null) => Expression.True,
        (ListColumn list, ListType elements, _) => Expression.And(
            ((IReadOnlyDictionary<string, object?>)value).Select(operation => OfList(name, elements, list.Element, operation.Key, $"{path}.{operation.Key}", operation.Value))),
        (ObjectColumn fields, StructType members, _) => OfObject(name, members, fields, path, (IReadOnlyDictionary<string, object?>)value),
        (ScalarColumn { Kind: var kind }, _, _) => ColumnFilter.Of(name, type, kind == ScalarKind.Json, path, OperationsOf(value)),
        _ => throw new System.Diagnostics.UnreachableException($"{column} of type {type}"),
    };

    private static Expression OfList(string name, ListType list, ColumnType element, string operation, string path, object? value)
    {
        if (value is null)
        {
            return Expression.True;
        }

        var condition = value is bool ? Expression.True : Of(ListType.ElementName, list.ElementType, element, path, value);
        return (operation, value) switch
        {
            ("any", false) or ("none", _) => Expression.Not(Expression.HasElement(name, condition)),
            ("all", _) => Expression.And(Expression.NotNull(name), Expression.Not(Expression.HasElement(name, Expression.Not(condition)))),
            _ => Expression.HasElement(name, condition),
        };
    }

    private static Expression OfObject(string name, StructType type, ObjectColumn column, string path, IReadOnlyDictionary<string, object?> given)
    {
        var conditions = new List<Expression>();
        foreach (var (key, value) in given)
        {
            var field = column.Fields.FirstOrDefault(field => field.Name == key && key is not ("and" or "or"));
            conditions.Add((key, value) switch
            {
                ("and", object?[] items) => Expression.And(Parts(items, key)),
                ("or", object?[] items) => items.Length == 0 ? Expression.True : Expression.Or(Parts(items, key)),
                (_, null) => Expression.True,
                _ => Of($"{name}.{field!.Key}", type.Fields.First(member => member.Name == field.Key).Type, field.Type, $"{path}.{key}", value),
            });
        }

        return Expression.And(conditions);

        IEnumerable<Expression> Parts(object?[] items, string word) =>
            items.Select((item, i) => OfObject(name, type, column, $"{path}.{word}[{i}]", (IReadOnlyDictionary<string, object?>)item!));
    }

    private static IReadOnlyDictionary<string, object?> OperationsOf(object value) => value switch
    {
        StringOperationFilterInput text => text.Operations(),
        DateTimeOperationFilterInput moment => moment.Operations(),
        JsonPathFilterInput json => json.Operations(),
        _ => (IReadOnlyDictionary<string, object?>)value,
    };
}
