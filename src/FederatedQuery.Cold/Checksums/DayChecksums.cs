using System.Globalization;
using System.Numerics;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Checksums;

/// <summary>Counts rows and sums up their checksums, day by day.</summary>
public static class DayChecksums
{
    /// <summary>The day of rows that have none.</summary>
    public static readonly DateOnly NoDay = DateOnly.MinValue;

    /// <summary>The first day that is one.</summary>
    public static readonly DateOnly FirstDay = DateOnly.MinValue.AddDays(1);

    /// <summary>The day (UTC) of a time column's value, as DuckDB's SQL; <see cref="NoDay"/> for null and infinite ones, and those before the year 1 or after 9999.</summary>
    /// <param name="time">An expression of type DATE, TIMESTAMP or TIMESTAMPTZ; the connection's time zone is UTC.</param>
    public static string DayOf(string time) =>
        $"CASE WHEN isfinite({time}) AND ({time})::DATE BETWEEN DATE '0001-01-02' AND DATE '9999-12-30' THEN ({time})::DATE ELSE DATE '0001-01-01' END";

    /// <summary>Ascending; days without rows are left out.</summary>
    /// <param name="connection">Of a database that has this project's functions; its time zone is UTC.</param>
    /// <param name="relation">What can stand after FROM, with the schema's columns by name.</param>
    /// <param name="schema">All columns of the rows.</param>
    /// <param name="timeColumn">A date, timestamp or timestamptz.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    public static async Task<IReadOnlyList<DayChecksum>> ReadAsync(
        DuckDBConnection connection, string relation, Schema schema, string timeColumn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var day = DayOf(DuckDBSql.QuoteIdentifier(timeColumn));
        using var result = await connection.QueryAsync(
            $"SELECT {day}, count(*), sum({RowChecksum.Sql(schema)})::VARCHAR FROM {relation} GROUP BY 1 ORDER BY 1", null, cancellationToken);
        var days = new List<DayChecksum>();
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                days.Add(new DayChecksum(
                    EpochTime.DayOf(chunk[0].Values<int>()[row]), chunk[1].Values<long>()[row], Parse(chunk[2].String(row))));
            }
        }

        return days;
    }

    /// <summary>Of all rows together.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<RowChecksum> TotalAsync(DuckDBConnection connection, string relation, Schema schema, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var result = await connection.QueryAsync($"SELECT coalesce(sum({RowChecksum.Sql(schema)}), 0)::VARCHAR FROM {relation}", null, cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken) ?? throw new InvalidOperationException("DuckDB gave no row for a sum.");
        return Parse(chunk[0].String(0));
    }

    private static RowChecksum Parse(string sum) => RowChecksum.Of(BigInteger.Parse(sum, CultureInfo.InvariantCulture));
}
