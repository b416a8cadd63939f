using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Changes how a table is partitioned from now on; files that are there stay as they are (spec: Partition Evolution). Fields keep their ids, and a
/// field that comes back gets the one it had. Every step throws <see cref="IcebergException"/> (InvalidMetadata) when the table does not allow it.
/// </summary>
public sealed class PartitionSpecUpdate
{
    private readonly TableMetadata _table;
    private ImmutableArray<PartitionField> _fields;

    /// <param name="table">Whose default spec is changed.</param>
    public PartitionSpecUpdate(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _table = table;
        _fields = table.DefaultSpec.Fields;
    }

    /// <summary>The spec as it is by now; <see cref="TableMetadataChanges.WithDefaultPartitionSpec"/> makes it the table's.</summary>
    public PartitionSpec Spec => new(_table.DefaultSpecId, _fields);

    /// <param name="column">The source, by its dotted name.</param>
    /// <param name="transform">What is computed of it.</param>
    /// <param name="name">Null: as other writers call it, such as <c>ts_day</c>, <c>id_bucket_16</c>, <c>name_trunc_4</c>.</param>
    public PartitionSpecUpdate Add(string column, Transform transform, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(transform);
        var source = Source(column);
        var added = new PartitionField(source.Id, NextFieldId(), name ?? DefaultName(column, transform), transform);
        var problem = _fields switch
        {
            _ when _fields.FirstOrDefault(field => field.SameValues(added)) is { } same => $"the table is partitioned so already ('{same.Name}')",
            _ when _fields.Any(field => field.Name == added.Name) => "there is a partition field of that name; give it another one",
            _ when _fields.FirstOrDefault(field => field.SourceId == source.Id && IsTime(field.Transform) && IsTime(transform)) is { } coarse =>
                $"the table is partitioned by the {coarse.Transform} of '{column}' already ('{coarse.Name}'); remove that first",
            _ => null,
        };
        if (problem is not null)
        {
            throw IcebergException.InvalidMetadata($"Cannot add the partition field '{added.Name}' ({transform} of '{column}'): {problem}.");
        }

        _fields = _fields.Add(added);
        return this;
    }

    public PartitionSpecUpdate Remove(string name)
    {
        _fields = _fields.Remove(Find(name));
        return this;
    }

    public PartitionSpecUpdate Rename(string name, string newName)
    {
        ArgumentException.ThrowIfNullOrEmpty(newName);
        var field = Find(name);
        if (name != newName && _fields.Any(other => other.Name == newName))
        {
            throw IcebergException.InvalidMetadata($"Cannot rename the partition field '{name}': there is one of the name '{newName}'.");
        }

        _fields = _fields.Replace(field, field with { Name = newName });
        return this;
    }

    private static bool IsTime(Transform transform) => transform is YearTransform or MonthTransform or DayTransform or HourTransform;

    private static string DefaultName(string column, Transform transform) => column + transform switch
    {
        IdentityTransform => "",
        BucketTransform bucket => FormattableString.Invariant($"_bucket_{bucket.NumBuckets}"),
        TruncateTransform truncate => FormattableString.Invariant($"_trunc_{truncate.Width}"),
        VoidTransform => "_null",
        _ => $"_{transform}",
    };

    private SchemaField Source(string column) => _table.CurrentSchema.FindField(column) ?? throw IcebergException.InvalidMetadata(
        $"There is no column '{column}' in table '{_table.Location}'; its columns are {string.Join(", ", _table.CurrentSchema.Fields.Select(field => $"'{field.Name}'"))}.");

    private PartitionField Find(string name) => _fields.FirstOrDefault(field => field.Name == name) ?? throw IcebergException.InvalidMetadata(
        $"There is no partition field '{name}' in table '{_table.Location}'; there are {string.Join(", ", _fields.Select(field => $"'{field.Name}'"))}.");

    /// <summary>Its own until the table gives it one.</summary>
    private int NextFieldId() => Math.Max(_table.LastPartitionId, _fields.Select(field => field.FieldId).DefaultIfEmpty(PartitionSpec.LastReservedFieldId).Max()) + 1;
}
