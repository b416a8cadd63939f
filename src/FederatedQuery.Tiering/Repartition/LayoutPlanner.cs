using System.Globalization;
using FederatedQuery.Cold.Statistics;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>
/// Decides how a table is laid out: time columns by day or month as there are rows, columns of few values by value, others and the key in buckets. What it
/// decides on is measured: days from metadata, values from metadata and files.
/// </summary>
internal sealed class LayoutPlanner(
    ColdDayFigures days, ColdPartitionCounts counts, PostgresConnections connections, IOptions<TieringOptions> options)
{
    /// <summary>A column of more values gets no files for each.</summary>
    internal const int MostValues = 1_000;

    /// <summary>More would take readers longer to plan than to read.</summary>
    internal const int MostPartitions = 10_000;

    /// <summary>So many partitions are worth having only with <see cref="FewRows"/> rows each.</summary>
    internal const int ManyPartitions = 2_000;

    internal const int FewRows = 100;

    private readonly TieringOptions _options = options.Value;

    /// <exception cref="TieringException">InvalidArgument: what was asked for does not suit the table.</exception>
    public async Task<TableLayout> PlanAsync(RepartitionTarget target, RepartitionRequest request, CancellationToken cancellationToken)
    {
        if (request.NumPartitions is < 1 or > MostPartitions)
        {
            throw Wrong($"numPartitions is {request.NumPartitions}; it must be 1 to {MostPartitions}.");
        }

        var wanted = LayoutColumns.Choose(target, request);
        var parts = new List<Part>();
        try
        {
            foreach (var column in wanted.Columns.Where(column => column.Kind != LayoutColumnKind.Time))
            {
                parts.Add(await ValuePartAsync(target, request, column, cancellationToken));
            }

            AddSpare(target, request, wanted, parts);
            var filesPerDay = parts.Aggregate(1L, (product, part) => product * part.Count);
            foreach (var column in wanted.Columns.Where(column => column.Kind == LayoutColumnKind.Time))
            {
                parts.Add(await TimePartAsync(target, column, filesPerDay, cancellationToken));
            }

            // In the order in which they are named, what was added last; what divides nothing is left out.
            var order = wanted.Columns.Select(column => column.Field.Id).ToList();
            parts = [.. parts.OrderBy(part => order.IndexOf(part.Field.Column.Id) is var at and >= 0 ? at : order.Count)];
            var used = parts.Where(part => part.Field.Transform is not BucketTransform { NumBuckets: 1 }).ToList();
            await RequireFewAsync(target, used, cancellationToken);
            var fields = used.Select(part => part.Field).ToList();
            ColdLayout.SpecOf(target.Cold.Metadata.CurrentSchema, fields);
            return new TableLayout(
                fields,
                wanted.AreNamed ? [.. request.PartitionBy!.Distinct()] : [.. fields.Select(field => field.Column.Name)],
                parts.Count == 0 ? "nothing" : string.Join(", ", parts.Select(part => part.Reason)));
        }
        catch (IcebergException error) when (error.Kind is IcebergErrorKind.InvalidMetadata or IcebergErrorKind.Unsupported)
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument, $"Table '{target.Name}' cannot be laid out by {string.Join(", ", wanted.Columns.Select(column => $"'{column.Field.Name}'"))}: {error.Message}", error);
        }
    }

    private static void AddSpare(RepartitionTarget target, RepartitionRequest request, LayoutColumns wanted, List<Part> parts)
    {
        if (request.NumPartitions is not { } buckets || buckets == 1 || parts.Any(part => part.Field.Transform is BucketTransform))
        {
            return;
        }

        if (wanted.Spare is not { } spare)
        {
            throw Wrong(
                $"numPartitions is {buckets}, the number of buckets of a key, and table '{target.Name}' has no key column to make them of. Leave it out, or name a column of many values in partitionBy.");
        }

        parts.Add(Buckets(spare.Field, buckets, $"its rows evenly spread by {spare.Why}"));
    }

    private async Task<Part> ValuePartAsync(RepartitionTarget target, RepartitionRequest request, LayoutColumn column, CancellationToken cancellationToken)
    {
        var buckets = request.NumPartitions ?? _options.DefaultPartitionCount;
        if (column.Kind == LayoutColumnKind.Bucket)
        {
            return Buckets(column.Field, buckets, column.Why is null ? "as asked for" : $"its rows evenly spread by {column.Why}");
        }

        var byValue = new LayoutField(column.Field, Transform.Identity);
        if (await counts.CountAsync(target.Cold, [byValue], MostValues, cancellationToken) is { } values)
        {
            return new Part(byValue, Math.Max(1, values), Say($"'{column.Field.Name}' by value ({values:N0} {(values == 1 ? "value" : "values")})"));
        }

        return Transform.Bucket(buckets).CanTransform(column.Field.Type)
            ? Buckets(column.Field, buckets, Say($"more than {MostValues:N0} values, too many for files of their own"))
            : throw Wrong(Say(
                $"partitionBy '{column.Field.Name}': the column has more than {MostValues:N0} values, too many for files of their own, and type {column.Field.Type} has no buckets."));
    }

    private async Task<Part> TimePartAsync(RepartitionTarget target, LayoutColumn column, long filesPerDay, CancellationToken cancellationToken)
    {
        var known = await days.ReadAsync(target.Cold, column.Field.Name, cancellationToken);
        var (rows, dayCount) = (known.Sum(day => day.Rows), (long)known.Count);
        var months = known.Select(day => (day.Day.Year, day.Day.Month)).Distinct().Count();
        if (rows == 0 && target.Hot is { } hot && hot.FindColumn(column.Field.Name) is not null)
        {
            await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
            (rows, dayCount) = await TableVolume.ReadAsync(connection, hot, column.Field.Name, cancellationToken);
        }

        var transform = ColdLayout.TimeTransform(rows, dayCount, filesPerDay);
        var why = (rows, transform) switch
        {
            (0, _) => "no rows yet",
            (_, DayTransform) => Say($"{rows / dayCount:N0} rows a day"),
            _ when filesPerDay == 1 => Say($"{rows / dayCount:N0} rows a day, too few for files of their own"),
            _ => Say($"{rows / dayCount:N0} rows a day, too few for {filesPerDay:N0} files"),
        };
        var because = column.Why is { } reason ? $"; {reason}" : "";
        return new Part(
            new LayoutField(column.Field, transform), Math.Max(1, transform is DayTransform ? dayCount : months), $"'{column.Field.Name}' by {transform} ({why}{because})");
    }

    /// <summary>Counted in full only where what the columns make together might be too much.</summary>
    private async Task RequireFewAsync(RepartitionTarget target, List<Part> parts, CancellationToken cancellationToken)
    {
        // Numbers of up to 10,000 each: as doubles their product does not overflow.
        if (parts.Aggregate(1.0, (product, part) => product * part.Count) <= ManyPartitions)
        {
            return;
        }

        var made = await counts.CountAsync(target.Cold, [.. parts.Select(part => part.Field)], MostPartitions, cancellationToken);
        var layout = string.Join(" and ", parts.Select(part => part.Field).Select(field => field.Transform switch
        {
            BucketTransform bucket => Say($"{bucket.NumBuckets:N0} buckets of '{field.Column.Name}'"),
            IdentityTransform => $"each value of '{field.Column.Name}'",
            var transform => $"each {transform} of '{field.Column.Name}'",
        }));
        const string Remedy = "Name columns with fewer values in partitionBy, or fewer buckets in numPartitions.";
        if (made is null)
        {
            throw Wrong(Say($"Files for {layout} would make more than {MostPartitions:N0} partitions of table '{target.Name}'. {Remedy}"));
        }

        var rows = target.Cold.Rows;
        if (made > ManyPartitions && rows / made < FewRows)
        {
            throw Wrong(Say($"Files for {layout} would make {made:N0} partitions of table '{target.Name}' with {(double)rows / made:N1} rows each: tiny files, slow to read. {Remedy}"));
        }
    }

    private static Part Buckets(NestedField field, int buckets, string why) => new(
        new LayoutField(field, Transform.Bucket(buckets)), buckets,
        buckets == 1 ? $"not by '{field.Name}' (a single bucket divides nothing)" : Say($"'{field.Name}' in {buckets:N0} buckets ({why})"));

    private static TieringException Wrong(string message) => new(TieringErrorKind.InvalidArgument, message);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="Count">How many parts it makes at most.</param>
    private sealed record Part(LayoutField Field, long Count, string Reason);
}
