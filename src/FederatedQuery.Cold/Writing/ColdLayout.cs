using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// How cold tables are laid out: files by day or month of a time column and by further columns, and within each file rows sorted by those columns, then by
/// time, so that both a value and a stretch of time are found in few row groups.
/// </summary>
public static class ColdLayout
{
    /// <summary>Files of fewer rows take longer to open than to read.</summary>
    public const int RowsPerFile = 5_000;

    /// <summary>
    /// The one rule of how finely files are divided by time: by day, unless the files of a day would be tiny. A table without rows yet is taken for one that will
    /// have many.
    /// </summary>
    /// <param name="rows">Of the table.</param>
    /// <param name="days">Days that have rows.</param>
    /// <param name="filesPerDay">How many files the rows of one day are in: more than one where further columns divide them.</param>
    public static Transform TimeTransform(long rows, long days, long filesPerDay = 1) =>
        rows > 0 && (double)rows / days / filesPerDay < RowsPerFile ? Transform.Month : Transform.Day;

    /// <summary>The table to create.</summary>
    /// <param name="schema">The hot table's; its field ids are taken over.</param>
    /// <param name="jsonFieldIds">Text fields that hold JSON.</param>
    /// <param name="timeColumn">A date, timestamp or timestamptz column.</param>
    /// <param name="partitionBy">Columns whose every value gets files of its own; few values each.</param>
    /// <param name="time">As <see cref="TimeTransform"/> has it.</param>
    /// <param name="sortBy">Further columns that rows are sorted by within files, before the time.</param>
    /// <exception cref="IcebergException">A column is missing, or cannot be partitioned by.</exception>
    public static NewTable Create(
        Schema schema, IReadOnlySet<int> jsonFieldIds, string timeColumn, IReadOnlyList<string> partitionBy, Transform time, IReadOnlyList<string>? sortBy = null)
    {
        var first = Column(schema, timeColumn);
        var columns = partitionBy.Select(name => Column(schema, name)).Where(column => column != first).Distinct();
        var fields = columns.Select(column => new LayoutField(column, Transform.Identity)).Prepend(new LayoutField(first, time)).ToList();
        return new NewTable
        {
            Schema = schema,
            PartitionSpec = SpecOf(schema, fields),
            SortOrder = OrderOf(
                [.. fields, .. (sortBy ?? []).Select(name => Column(schema, name)).Where(column => fields.All(field => field.Column != column)).Select(column => new LayoutField(column, Transform.Identity))]),
            Properties = jsonFieldIds.Count == 0
                ? ImmutableDictionary<string, string>.Empty
                : ImmutableDictionary<string, string>.Empty.Add(
                    ColdTable.JsonFieldsProperty, string.Join(',', jsonFieldIds.Order().Select(field => field.ToString(CultureInfo.InvariantCulture)))),
        };
    }

    /// <summary>Files by these, in this order. Spec and field ids are the table's to give.</summary>
    /// <exception cref="IcebergException">InvalidMetadata: a column cannot be partitioned so.</exception>
    public static PartitionSpec SpecOf(Schema schema, IReadOnlyList<LayoutField> fields)
    {
        var spec = new PartitionSpec(
            0, [.. fields.Select((field, i) => new PartitionField(field.Column.Id, PartitionSpec.LastReservedFieldId + 1 + i, NameOf(schema, field), field.Transform))]);
        spec.CheckWritable(schema);
        return spec;
    }

    /// <summary>Rows within files: by the other columns first, then by time.</summary>
    public static SortOrder OrderOf(IReadOnlyList<LayoutField> fields) => new(
        1,
        [
            .. fields.OrderBy(field => field.IsTime)
                .Select(field => new SortField(field.Column.Id, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast)),
        ]);

    /// <summary>The partition that all rows of a day belong to.</summary>
    /// <param name="startOfDay">The time column's value at the day's first instant.</param>
    /// <returns>Null when rows of one day are in several partitions.</returns>
    public static PartitionData? PartitionOfDay(TableMetadata table, string timeColumn, Literal startOfDay)
    {
        var time = Column(table.CurrentSchema, timeColumn);
        return table.DefaultSpec.Fields.All(field => field.SourceId == time.Id && field.Transform is (DayTransform or MonthTransform or YearTransform))
            ? new PartitionData([.. table.DefaultSpec.Fields.Select(field => field.Transform.Apply((Literal?)startOfDay))])
            : null;
    }

    private static NestedField Column(Schema schema, string name) => schema.Fields.FirstOrDefault(field => field.Name == name)
        ?? throw new IcebergException(
            IcebergErrorKind.NotFound, $"There is no column '{name}'; there are: {string.Join(", ", schema.Fields.Select(field => field.Name))}.");

    /// <summary>As other writers call them: <c>at_day</c>, <c>region</c>, <c>id_bucket_16</c>.</summary>
    private static string NameOf(Schema schema, LayoutField field) => field.Transform switch
    {
        IdentityTransform => field.Column.Name,
        BucketTransform bucket => FreeName(schema, string.Create(CultureInfo.InvariantCulture, $"{field.Column.Name}_bucket_{bucket.NumBuckets}")),
        var transform => FreeName(schema, $"{field.Column.Name}_{transform}"),
    };

    /// <summary>A partition field may bear a column's name only where it is that column's identity.</summary>
    private static string FreeName(Schema schema, string name) =>
        schema.Fields.Any(field => field.Name == name) ? FreeName(schema, name + "_") : name;
}
