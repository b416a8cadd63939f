using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Tables;

/// <summary>The time column of tables that are not tiered, which name none.</summary>
internal static class ColdTimes
{
    /// <returns>The column that the table is laid out by day or month of; null: it is laid out otherwise.</returns>
    public static string? OfLayout(TableMetadata metadata)
    {
        var field = metadata.DefaultSpec.Fields.FirstOrDefault(field => field.Transform is DayTransform or MonthTransform);
        return field is null ? null : metadata.CurrentSchema.FindName(field.SourceId);
    }
}
