using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Writing;

/// <summary>How a cold table is laid out: by day or month of its time column, then by columns; files sorted by the same columns, then by time.</summary>
public static class ColdLayout
{
    /// <summary>The table to create.</summary>
    /// <param name="schema">The hot table's; its field ids are taken over.</param>
    /// <param name="jsonFieldIds">Text fields that hold JSON.</param>
    /// <param name="timeColumn">A date, timestamp or timestamptz column.</param>
    /// <param name="partitionBy">Columns whose every value gets files of its own; few values each.</param>
    /// <param name="byMonth">For tables with few rows a day, whose files would be tiny.</param>
    /// <exception cref="IcebergException">A column is missing, or cannot be partitioned by.</exception>
    public static NewTable Create(
        Schema schema, IReadOnlySet<int> jsonFieldIds, string timeColumn, IReadOnlyList<string> partitionBy, bool byMonth)
    {
        var time = Column(schema, timeColumn);
        var columns = partitionBy.Select(name => Column(schema, name)).Where(column => column != time).Distinct().ToList();
        var fields = ImmutableArray.CreateBuilder<PartitionField>();
        var id = PartitionSpec.LastReservedFieldId + 1;
        Transform transform = byMonth ? Transform.Month : Transform.Day;
        fields.Add(new PartitionField(time.Id, id++, FreeName(schema, $"{time.Name}_{transform}"), transform));
        foreach (var column in columns)
        {
            fields.Add(new PartitionField(column.Id, id++, column.Name, Transform.Identity));
        }

        var spec = new PartitionSpec(0, fields.ToImmutable());
        spec.CheckWritable(schema);
        var order = columns.Append(time).Select(column => new SortField(column.Id, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast));
        return new NewTable
        {
            Schema = schema,
            PartitionSpec = spec,
            SortOrder = new SortOrder(1, [.. order]),
            Properties = jsonFieldIds.Count == 0
                ? ImmutableDictionary<string, string>.Empty
                : ImmutableDictionary<string, string>.Empty.Add(
                    ColdTable.JsonFieldsProperty, string.Join(',', jsonFieldIds.Order().Select(field => field.ToString(CultureInfo.InvariantCulture)))),
        };
    }

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

    /// <summary>A partition field may bear a column's name only where it is that column's identity.</summary>
    private static string FreeName(Schema schema, string name) =>
        schema.Fields.Any(field => field.Name == name) ? FreeName(schema, name + "_") : name;
}
