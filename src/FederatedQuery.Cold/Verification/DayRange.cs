using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Verification;

/// <summary>Days that are looked at together, first and last included.</summary>
/// <param name="Bytes">Of the files that hold them, whole.</param>
public sealed record DayRange(DateOnly From, DateOnly To, long Bytes)
{
    /// <summary>Of the rows that have no day: see <see cref="DayChecksums.NoDay"/>.</summary>
    public bool IsOfNoDay => From == DayChecksums.NoDay;

    public bool Contains(DateOnly day) => day >= From && day <= To;

    /// <summary>Which rows, for planning and for PostgreSQL: a superset for rows without a day, exact else.</summary>
    /// <param name="column">The time column, by its name and type.</param>
    public Expression Predicate(string column, IcebergType type)
    {
        if (IsOfNoDay && To == DateOnly.MaxValue)
        {
            return Expression.True;
        }

        if (IsOfNoDay)
        {
            return Expression.Or(
                Expression.IsNull(column),
                Expression.Or(
                    Expression.LessThan(column, PartitionSql.StartOf(DayChecksums.FirstDay, type)),
                    Expression.GreaterThanOrEqual(column, PartitionSql.StartOf(DateOnly.MaxValue, type))));
        }

        var from = Expression.GreaterThanOrEqual(column, PartitionSql.StartOf(From, type));
        return To == DateOnly.MaxValue ? from : Expression.And(from, Expression.LessThan(column, PartitionSql.StartOf(To.AddDays(1), type)));
    }

    /// <summary>Which rows, exactly, as DuckDB's SQL.</summary>
    /// <inheritdoc cref="Predicate"/>
    internal string Sql(string column, IcebergType type)
    {
        var name = DuckDBSql.QuoteIdentifier(column);
        if (IsOfNoDay || To == DateOnly.MaxValue)
        {
            var day = DayChecksums.DayOf(name);
            return $"{day} BETWEEN {DuckDbLiterals.Of(PartitionSql.StartOf(From, IcebergType.Date))} AND {DuckDbLiterals.Of(PartitionSql.StartOf(To, IcebergType.Date))}";
        }

        // As a range: by that DuckDB leaves out row groups.
        return $"{name} >= {DuckDbLiterals.Of(PartitionSql.StartOf(From, type))} AND {name} < {DuckDbLiterals.Of(PartitionSql.StartOf(To.AddDays(1), type))}";
    }
}
