using FederatedQuery.Cold.Checksums;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>Makes the day partitions that rows of a change need: those of days that moved long ago are dropped, and the table may have none for all other rows.</summary>
public sealed class MissingPartitions(PostgresConnections connections, TieredTableStore tables, DayPartitions partitions)
{
    private const int MostDays = 100;

    /// <param name="days">Of rows that come from the cold tier.</param>
    /// <returns>False: the table is not tiered and partitioned by day, or the days are not known, or too many.</returns>
    public async Task<bool> TryMakeAsync(RowChange change, IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        if (await tables.FindAsync(change.Table, cancellationToken) is not { } tiered)
        {
            return false;
        }

        await using (var connection = await connections.Owner.OpenConnectionAsync(cancellationToken))
        {
            var hot = await PostgresIntrospector.FindAsync(connection, change.Table, cancellationToken);
            if (hot?.RangePartitionColumn != tiered.TimeColumn || hot.Partitions.Any(partition => partition.Day is null && !partition.IsDefault))
            {
                return false;
            }
        }

        var given = change.Rows.Append(change.Set).SelectMany(row => row).Where(assignment => assignment.Column == tiered.TimeColumn);
        List<DateOnly> wanted = [.. given.Select(assignment => DayOf(assignment.Value.Literal)).OfType<DateOnly>().Concat(days).Distinct().Where(day => day != DayChecksums.NoDay)];
        if (wanted.Count is 0 or > MostDays)
        {
            return false;
        }

        await partitions.EnsureAsync(change.Table, wanted, cancellationToken);
        return true;
    }

    /// <summary>Of the years 1 to 9999, which are all that input has.</summary>
    private static DateOnly? DayOf(Literal? time) => time switch
    {
        { TypeId: TypeId.Date } day => EpochTime.DayOf(day.AsInt),
        { TypeId: TypeId.Timestamp or TypeId.Timestamptz } moment => EpochTime.DayOfMicros(moment.AsLong),
        _ => null,
    };
}
