using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>Partition transforms as DuckDB's SQL, in sessions whose time zone is UTC (spec: Partition Transforms).</summary>
internal static class PartitionSql
{
    /// <summary>The value of one partition field.</summary>
    /// <exception cref="IcebergException">Unsupported: the transform is not written with (bucket, and truncate of other types than text and whole numbers).</exception>
    public static string Value(PartitionField field, Schema schema)
    {
        var column = schema.Fields.FirstOrDefault(column => column.Id == field.SourceId)
            ?? throw Unsupported(field, "its source is not a column of the table's top level");
        var name = $"{DuckDBSql.QuoteIdentifier(column.Name)}::{DuckDbTypes.Of(column.Type)}";
        return (field.Transform, column.Type) switch
        {
            (IdentityTransform, PrimitiveType) => name,
            (VoidTransform, _) => "NULL",
            (YearTransform, _) => $"(year({name}) - 1970)::INTEGER",
            (MonthTransform, _) => $"((year({name}) - 1970) * 12 + month({name}) - 1)::INTEGER",
            (DayTransform, _) => $"({name})::DATE",
            (HourTransform, _) => $"floor(epoch({name}) / 3600)::INTEGER",
            (TruncateTransform truncate, StringType) => $"left({name}, {truncate.Width})",
            (TruncateTransform truncate, IntType or LongType) => $"({name} - ((({name}) % {truncate.Width}) + {truncate.Width}) % {truncate.Width})",
            _ => throw Unsupported(field, "its transform is not written with in this version"),
        };
    }

    /// <summary>True for the rows of one partition.</summary>
    public static string Is(PartitionSpec spec, Schema schema, PartitionData partition) => spec.Fields.Length == 0
        ? "true"
        : string.Join(" AND ", spec.Fields.Select((field, i) =>
            $"{Value(field, schema)} IS NOT DISTINCT FROM {(partition[i] is { } value ? DuckDbLiterals.Of(value) : "NULL")}"));

    private static IcebergException Unsupported(PartitionField field, string reason) =>
        new(IcebergErrorKind.Unsupported, $"Files cannot be written by the partition field '{field.Name}' ({field.Transform}): {reason}.");
}
