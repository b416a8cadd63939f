using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>One of the columns that files are divided by.</summary>
/// <param name="Column">Of the table's top level.</param>
/// <param name="Transform">Day, month, identity or bucket.</param>
public sealed record LayoutField(NestedField Column, Transform Transform)
{
    /// <summary>Divides by stretches of time rather than by values.</summary>
    public bool IsTime => Transform is YearTransform or MonthTransform or DayTransform or HourTransform;
}
