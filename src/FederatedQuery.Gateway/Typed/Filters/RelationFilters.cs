using FederatedQuery.Federation;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Filters;

/// <summary>
/// Conditions on parents and children, as conditions on the columns that join them to the rows. They may be in another tier than the rows, so the keys of those that fit are read first, in the same
/// read session.
/// </summary>
internal sealed class RelationFilters(OperationReads reads, CancellationToken cancellationToken)
{
    /// <summary>What a statement can name in one condition, at a cost that stays small beside reading.</summary>
    private const int MostKeys = 50_000;

    /// <summary>As <see cref="MostKeys"/>, where the key has several columns.</summary>
    private const int MostKeysOfParts = 2000;

    /// <summary>Conditions on related rows in one filter; each is a read of its own.</summary>
    private const int MostConditions = 50;

    private int _conditions;

    /// <summary>Whether any condition was on related rows.</summary>
    public bool WereAsked => _conditions > 0;

    /// <summary>Rows whose parent satisfies a condition.</summary>
    /// <param name="path">Where the condition is, for messages.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>: too many parents fit.</exception>
    public async Task<Expression> WithParentAsync(TypedRelation relation, TypedTable child, Expression condition, string path)
    {
        Count(path);
        var most = MostOf(relation);
        var query = await reads.QueryAsync(relation.Target, condition, [], relation.TargetFields, cursorsFitAnyFilter: true, cancellationToken);
        var parents = await reads.PageAsync(query, relation.TargetFields, new PageRequest { Count = most }, cancellationToken);
        if (parents.Page.HasNext)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument,
                $"`{path}` is met by more than {most} rows of `{relation.Target.RootField}`; narrow it down, or ask from `{relation.Target.RootField}` downwards.");
        }

        var columns = relation.Fields.Select(id => child.ColumnOf(id).Field).ToList();
        var keys = parents.Rows.Select(parent => RowKey.Of(parent, relation.TargetFields, columns.Select(column => column.Type))).OfType<RowKey>();
        return InAny([.. columns.Select(column => column.Name)], [.. keys.Distinct()]);
    }

    /// <summary>Rows with a child that satisfies a condition.</summary>
    /// <inheritdoc cref="WithParentAsync"/>
    public async Task<Expression> WithChildAsync(TypedRelation relation, TypedTable parent, Expression condition, string path)
    {
        Count(path);
        if (condition == Expression.False)
        {
            return Expression.False;
        }

        var most = MostOf(relation);
        var referring = relation.TargetFields.Select(id => relation.Target.ColumnOf(id).Field.Name);
        var children = await reads.DistinctAsync(relation.Target, Expression.And(condition, Expression.And(referring.Select(Expression.NotNull))), relation.TargetFields, most + 1, cancellationToken);
        if (children.Count > most)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument,
                $"`{path}` is met by rows of `{relation.Target.RootField}` that belong to more than {most} others; narrow it down, or ask from `{relation.Target.RootField}` upwards.");
        }

        var columns = relation.Fields.Select(id => parent.ColumnOf(id).Field).ToList();
        var keys = Enumerable.Range(0, children.Count)
            .Select(row => RowKey.Of(relation.TargetFields.Select((_, key) => children.KeyValue(row, key)), columns.Select(column => column.Type)))
            .OfType<RowKey>();
        return InAny([.. columns.Select(column => column.Name)], [.. keys.Distinct()]);
    }

    private void Count(string path)
    {
        if (++_conditions > MostConditions)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, $"`{path}` is one condition on related rows too many; a filter may have {MostConditions}.");
        }
    }

    private static int MostOf(TypedRelation relation) => relation.Fields.Length == 1 ? MostKeys : MostKeysOfParts;

    /// <summary>Rows whose columns have the values of one of the keys.</summary>
    private static Expression InAny(IReadOnlyList<string> columns, IReadOnlyCollection<RowKey> keys) => columns is [var only]
        ? keys.Count == 0 ? Expression.False : Expression.In(only, [.. keys.Select(key => key.Values[0])])
        : Expression.Or([.. keys.Select(key => Expression.And([.. columns.Select((column, i) => Expression.Equal(column, key.Values[i]))]))]);
}
