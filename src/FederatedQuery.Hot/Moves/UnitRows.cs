using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>Which rows of its source belong to a unit.</summary>
/// <param name="Source">As of the transaction that asked.</param>
/// <param name="Condition">As PostgreSQL's SQL; null: all of them.</param>
/// <param name="TimeColumn">As it is called by then.</param>
public sealed record UnitRows(PostgresTable Source, string? Condition, string TimeColumn)
{
    /// <exception cref="HotException">The source is gone, or the day cannot be told by its time column.</exception>
    public static async Task<UnitRows> FindAsync(NpgsqlConnection connection, MoveUnit unit, string timeColumn, CancellationToken cancellationToken)
    {
        var table = await PostgresIntrospector.FindAsync(connection, unit.Source, cancellationToken)
            ?? throw new HotException(HotErrorKind.NotFound, $"There is no table '{unit.Source}' in PostgreSQL.");

        // The caller's is from before, and may have been renamed.
        timeColumn = await TieredTableStore.FindTimeColumnAsync(connection, unit.Table, cancellationToken) ?? timeColumn;
        if (unit.IsWholeSource)
        {
            return new UnitRows(table, null, timeColumn);
        }

        var predicate = OfDay(unit.Day, table, timeColumn);
        var condition = new PredicateSql(table).Of(predicate.Bind(table.Schema))
            ?? throw new HotException(HotErrorKind.Unsupported, $"The day {unit.Day:yyyy-MM-dd} of table '{unit.Table}' cannot be said in PostgreSQL's terms.");
        return new UnitRows(table, condition, timeColumn);
    }

    /// <summary>How many there are now.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public static async Task<long> CountAsync(NpgsqlConnection connection, MoveUnit unit, string timeColumn, CancellationToken cancellationToken)
    {
        var rows = await FindAsync(connection, unit, timeColumn, cancellationToken);
        await using var command = MoveSql.Command(connection, $"SELECT count(*) FROM {unit.Source.ToSql()}{MoveSql.Where(rows.Condition)}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static Expression OfDay(DateOnly day, PostgresTable table, string timeColumn)
    {
        var type = (table.FindColumn(timeColumn)
            ?? throw new HotException(HotErrorKind.NotFound, $"Column '{timeColumn}' is not in the PostgreSQL table '{table.Name}'.")).Field.Type;
        return Expression.And(
            Expression.GreaterThanOrEqual(timeColumn, MoveUnits.StartOf(day, type)),
            Expression.LessThan(timeColumn, MoveUnits.StartOf(day.AddDays(1), type)));
    }
}
