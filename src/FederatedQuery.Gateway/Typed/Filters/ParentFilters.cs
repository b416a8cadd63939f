using FederatedQuery.Federation;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Filters;

/// <summary>
/// Conditions on parents, as conditions on the columns that refer to them. The parents may be in another tier than the rows, so those that fit are read first, in the same read session.
/// </summary>
internal sealed class ParentFilters(OperationReads reads, CancellationToken cancellationToken)
{
    /// <summary>What a statement can name in one condition, at a cost that stays small beside reading.</summary>
    private const int MostParents = 50_000;

    /// <summary>As <see cref="MostParents"/>, where the key has several columns.</summary>
    private const int MostParentsOfParts = 2000;

    /// <summary>Whether any condition was on a parent.</summary>
    public bool WereAsked { get; private set; }

    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>: too many parents fit.</exception>
    public async Task<Expression> FindAsync(TypedRelation relation, TypedTable child, Expression condition)
    {
        WereAsked = true;
        var most = relation.Fields.Length == 1 ? MostParents : MostParentsOfParts;
        var query = await reads.QueryAsync(relation.Target, condition, [], relation.TargetFields, cursorsFitAnyFilter: true, cancellationToken);
        var parents = await reads.PageAsync(query, relation.TargetFields, new PageRequest { Count = most }, cancellationToken);
        if (parents.Page.HasNext)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument,
                $"`where.{relation.Name}` is met by more than {most} rows of `{relation.Target.RootField}`; narrow it down, or ask from `{relation.Target.RootField}` downwards.");
        }

        var columns = relation.Fields.Select(id => child.ColumnOf(id).Field).ToList();
        var keys = parents.Rows.Select(parent => RowKey.Of(parent, relation.TargetFields, columns.Select(column => column.Type))).OfType<RowKey>();
        return InAny([.. columns.Select(column => column.Name)], [.. keys.Distinct()]);
    }

    /// <summary>Rows whose columns have the values of one of the keys.</summary>
    public static Expression InAny(IReadOnlyList<string> columns, IReadOnlyCollection<RowKey> keys) => columns is [var only]
        ? keys.Count == 0 ? Expression.False : Expression.In(only, [.. keys.Select(key => key.Values[0])])
        : Expression.Or([.. keys.Select(key => Expression.And([.. columns.Select((column, i) => Expression.Equal(column, key.Values[i]))]))]);
}
