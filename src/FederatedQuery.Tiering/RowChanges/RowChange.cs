using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>A change of a table's rows, whichever tier they are in.</summary>
public sealed record RowChange
{
    public required TableName Table { get; init; }

    /// <summary>One of the three.</summary>
    public required RowMutations Operation { get; init; }

    /// <summary>To insert.</summary>
    public IReadOnlyList<IReadOnlyList<ColumnAssignment>> Rows { get; init; } = [];

    /// <summary>Which rows to update or delete, over the names of the table's columns.</summary>
    public Expression Where { get; init; } = Expression.True;

    /// <summary>To update: none of the primary key.</summary>
    public IReadOnlyList<ColumnAssignment> Set { get; init; } = [];

    /// <summary>Names of columns that are given of each changed row: as it is afterwards, of a deleted one as it was. May be empty.</summary>
    public IReadOnlyList<string> Returning { get; init; } = [];
}
