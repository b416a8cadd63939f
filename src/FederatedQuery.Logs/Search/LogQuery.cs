using System.Collections.Immutable;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Logs.Search;

/// <summary>Which log records are wanted, in which order, and what of them.</summary>
public sealed record LogQuery
{
    /// <summary>Over the columns of <see cref="LogTable.Schema"/>.</summary>
    public Expression Filter { get; init; } = Expression.True;

    /// <summary>By names of columns; records that are equal by it follow by id. Not given: newest first.</summary>
    public ImmutableArray<(string Column, bool Descending)> Order { get; init; } = [(LogTable.TimeColumn, true)];

    /// <summary>Names of the columns that are read.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    public Caller Caller { get; init; } = Caller.Anonymous;

    /// <summary>Over the table as it is now.</summary>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.Statement"/>: it is another table that is called so, without such a column.</exception>
    public RowQuery Over(RegisteredTable table) => new()
    {
        Table = table,
        Filter = Filter,
        Order = [.. Order.Select(term => new RowOrder(IdOf(table, term.Column), term.Descending))],
        Columns = [.. Columns.Select(column => IdOf(table, column))],
        Key = [IdOf(table, LogTable.KeyColumn)],
        Caller = Caller,
    };

    internal static int IdOf(RegisteredTable table, string column)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Schema.Fields.FirstOrDefault(field => field.Name == column)?.Id
            ?? throw new FederatedQueryException(FailureKind.Statement, $"Table '{table}' has no column '{column}': it is not the table of log records.");
    }
}
