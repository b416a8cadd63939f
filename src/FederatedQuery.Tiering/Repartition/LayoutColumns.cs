using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>How files are to be divided by a column, before anything is measured.</summary>
internal enum LayoutColumnKind
{
    /// <summary>By stretches of time.</summary>
    Time,

    /// <summary>By value, if there are few.</summary>
    Value,

    /// <summary>Into buckets.</summary>
    Bucket,
}

/// <param name="Why">For messages: <c>the primary key</c>; null where the user named the column.</param>
internal sealed record LayoutColumn(NestedField Field, LayoutColumnKind Kind, string? Why = null);

/// <summary>Which columns a table is to be laid out by: those that are named, or those that its key suggests.</summary>
/// <param name="Columns">In the order of the partition spec.</param>
/// <param name="Spare">What the wanted number of buckets is for, should none of <paramref name="Columns"/> turn out to be divided into buckets.</param>
/// <param name="AreNamed">By the user.</param>
internal sealed record LayoutColumns(IReadOnlyList<LayoutColumn> Columns, LayoutColumn? Spare, bool AreNamed)
{
    /// <exception cref="TieringException">InvalidArgument: a named column is missing or cannot be used; none is named and none can be chosen.</exception>
    public static LayoutColumns Choose(RepartitionTarget target, RepartitionRequest request)
    {
        var schema = target.Cold.Metadata.CurrentSchema;
        var time = TimeOf(target);
        var keys = target.Keys
            .SelectMany(key => key.Columns.Select(name => (key.Kind, Field: schema.Fields.FirstOrDefault(field => field.Name == name))))
            .Where(key => key.Field is { } field && !IsTime(field.Type) && Transform.Bucket(1).CanTransform(field.Type))
            .Select(key => new LayoutColumn(key.Field!, LayoutColumnKind.Bucket, key.Kind))
            .ToList();
        if (request.PartitionBy is { Count: > 0 } names)
        {
            var named = names.Select(name => Named(target, schema, name)).DistinctBy(column => column.Field.Id)
                .Select(column => request.NumPartitions is not null && column.Kind == LayoutColumnKind.Value && keys.Any(key => key.Field.Id == column.Field.Id)
                    ? column with { Kind = LayoutColumnKind.Bucket }
                    : column)
                .ToList();
            if (target.Tiered is not null && time is not null && named.All(column => column.Field.Id != time.Field.Id))
            {
                named.Insert(0, time);
            }

            return new LayoutColumns(named, keys.FirstOrDefault(key => named.All(column => column.Field.Id != key.Field.Id)), AreNamed: true);
        }

        var chosen = new[] { time, keys.FirstOrDefault() }.OfType<LayoutColumn>().ToList();
        return chosen.Count > 0
            ? new LayoutColumns(chosen, Spare: null, AreNamed: false)
            : throw new TieringException(
                TieringErrorKind.InvalidArgument,
                $"partitionBy is not given, and table '{target.Name}' has neither a key nor a time column to choose from. Name columns of it: {ListOf(schema)}.");
    }

    public static bool IsTime(IcebergType type) => type is DateType or TimestampType or TimestamptzType;

    /// <summary>Of a tiered table the column that its rows age by; of others the one that it is laid out by now.</summary>
    private static LayoutColumn? TimeOf(RepartitionTarget target)
    {
        var metadata = target.Cold.Metadata;
        var field = target.Tiered is { } tiered
            ? metadata.CurrentSchema.Fields.FirstOrDefault(column => column.Name == tiered.TimeColumn)
            : metadata.DefaultSpec.Fields
                .Where(partition => partition.Transform is YearTransform or MonthTransform or DayTransform or HourTransform)
                .Select(partition => metadata.CurrentSchema.Fields.FirstOrDefault(column => column.Id == partition.SourceId))
                .FirstOrDefault(column => column is not null && IsTime(column.Type));
        return field is null
            ? null
            : new LayoutColumn(field, LayoutColumnKind.Time, target.Tiered is null ? "as before" : "by which rows move and go, so that it is always among the columns");
    }

    private static LayoutColumn Named(RepartitionTarget target, Schema schema, string name)
    {
        if (schema.Fields.FirstOrDefault(column => column.Name == name) is not { } field)
        {
            var near = NearNames.Of(name, schema.Fields.Select(column => column.Name));
            throw new TieringException(
                TieringErrorKind.InvalidArgument,
                $"partitionBy '{name}': table '{target.Name}' has no such column.{(near.Count == 0 ? "" : $" Did you mean {NearNames.Say(near)}?")} It has: {ListOf(schema)}.");
        }

        return field.Type switch
        {
            DateType or TimestampType or TimestamptzType => new LayoutColumn(field, LayoutColumnKind.Time),
            // Their bytes would be the names of folders.
            BinaryType or FixedType => new LayoutColumn(field, LayoutColumnKind.Bucket),
            BooleanType or IntType or LongType or DecimalType or StringType or UuidType or TimeType => new LayoutColumn(field, LayoutColumnKind.Value),
            FloatType or DoubleType => throw Unfit("hardly any two rows have the same value, and which values are the same depends on rounding"),
            _ => throw Unfit("files are divided by single values"),
        };

        TieringException Unfit(string why) => new(
            TieringErrorKind.InvalidArgument,
            $"partitionBy '{name}': the column is of type {field.Type}, by which files cannot be divided: {why}. Name a column of a date, a time, text, a whole number, a decimal, a UUID or a boolean.");
    }

    private static string ListOf(Schema schema) => string.Join(", ", schema.Fields.Select(field => field.Name));
}
