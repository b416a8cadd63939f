using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>Where the rows of data files go under a partition spec, as far as the files' own partitions tell.</summary>
/// <param name="table">Lists the specs of the files.</param>
/// <param name="target">The partition spec that rows go to; it may be new to the table.</param>
public sealed class TargetPartitions(TableMetadata table, PartitionSpec target)
{
    private const int HoursOfDay = 24;
    private const int MonthsOfYear = 12;

    /// <returns>The partition of all rows of the file; null when they may be of several.</returns>
    public PartitionData? Of(DataFile file)
    {
        if (file.SpecId == target.SpecId)
        {
            return file.Partition;
        }

        var source = table.FindPartitionSpec(file.SpecId)!;
        var values = new Literal?[target.Fields.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!TryFind(source, file.Partition, target.Fields[i], out values[i]))
            {
                return null;
            }
        }

        return new PartitionData([.. values]);
    }

    private static bool TryFind(PartitionSpec source, PartitionData partition, PartitionField wanted, out Literal? value)
    {
        value = null;
        if (wanted.Transform is VoidTransform)
        {
            return true;
        }

        for (var i = 0; i < source.Fields.Length; i++)
        {
            var field = source.Fields[i];
            if (field.SourceIds.AsSpan().SequenceEqual(wanted.SourceIds.AsSpan()) && field.Transform is not VoidTransform
                && TryConvert(field.Transform, partition[i], wanted.Transform, out value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null goes to null under every transform but void, which tells nothing.</summary>
    private static bool TryConvert(Transform from, Literal? value, Transform to, out Literal? converted)
    {
        converted = value;
        if (value is not { } present || from.Equals(to))
        {
            return true;
        }

        (var isKnown, converted) = (from, to) switch
        {
            (IdentityTransform, _) => (true, to.Apply((Literal?)present)),
            (HourTransform, DayTransform or MonthTransform or YearTransform) => (true, to.Apply((Literal?)Literal.Date(FloorDivide(present.AsInt, HoursOfDay)))),
            (DayTransform, MonthTransform or YearTransform) => (true, to.Apply((Literal?)Literal.Date(present.AsInt))),
            (MonthTransform, YearTransform) => (true, (Literal?)Literal.Int(FloorDivide(present.AsInt, MonthsOfYear))),
            _ => (false, null),
        };
        return isKnown;
    }

    private static int FloorDivide(int value, int by) => (value / by) - (value % by < 0 ? 1 : 0);
}
