using System.Collections.Immutable;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Federation.Rows;

/// <summary>Which rows of one table are wanted, over both tiers, in which order, and what of them. Columns are named by their field ids in the table's schema.</summary>
public sealed record RowQuery
{
    public required RegisteredTable Table { get; init; }

    /// <summary>Over the names of the table's schema.</summary>
    public Expression Filter { get; init; } = Expression.True;

    /// <summary>The key follows by itself.</summary>
    public ImmutableArray<RowOrder> Order { get; init; } = [];

    /// <summary>What is read of each row; not given: all columns. May be empty.</summary>
    public ImmutableArray<int> Columns { get; init; }

    /// <summary>What tells rows apart that are equal by <see cref="Order"/>; not given: the primary key, else all columns, the time column first.</summary>
    public ImmutableArray<int> Key { get; init; }

    /// <summary>True: cursors are good for this table and order whatever the filter, so that a reader may go on with another one.</summary>
    public bool CursorsFitAnyFilter { get; init; }

    /// <summary>Whose budget of cold bytes is drawn on; where a session is given, it is the session's.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;
}

/// <summary>A column to order by: text by code point, NaN above all numbers, nulls last, or, descending, first.</summary>
public readonly record struct RowOrder(int FieldId, bool Descending = false);
