using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>Equality deletes that compare the same fields, and either all hold in their partitions or all hold everywhere.</summary>
/// <param name="FieldIds">Ascending.</param>
/// <param name="IsGlobal">Written under a spec without partitions, which makes them hold in every partition (spec: Scan Planning).</param>
internal sealed record EqualityDeletes(ImmutableArray<int> FieldIds, bool IsGlobal)
{
    public static EqualityDeletes Of(TableMetadata table, DataFile file) => file.EqualityIds.IsEmpty
        ? throw new IcebergException(IcebergErrorKind.InvalidFile, $"The equality delete file '{file.FilePath}' names no fields ('equality_ids').")
        : new([.. file.EqualityIds.Distinct().Order()], table.FindPartitionSpec(file.SpecId)!.IsUnpartitioned);

    public static IEnumerable<DeleteFile> In(ScanTask task) => task.Deletes.Where(delete => delete.File.Content == FileContent.EqualityDeletes);

    public bool Equals(EqualityDeletes? other) => other is not null && IsGlobal == other.IsGlobal && FieldIds.AsSpan().SequenceEqual(other.FieldIds.AsSpan());

    public override int GetHashCode() => FieldIds.Aggregate(IsGlobal ? 1 : 0, HashCode.Combine);

    public override string ToString() => $"{(IsGlobal ? "global" : "partition")}:{string.Join('.', FieldIds)}";

    /// <summary>
    /// The fields, wherever in the table's history they are: a field that was dropped since still tells which rows were deleted by it.
    /// </summary>
    /// <exception cref="IcebergException">InvalidMetadata: no schema has one of them, or it is in a list or map.</exception>
    public ImmutableArray<ReadColumn> Columns(TableMetadata table, Schema schema) => [.. FieldIds.Select(id =>
    {
        var field = schema.FindField(id) ?? table.Schemas.OrderByDescending(other => other.SchemaId).Select(other => other.FindField(id)).FirstOrDefault(found => found is not null);
        return field is { IsInListOrMap: false, Type: PrimitiveType }
            ? ReadColumn.Of(KeyAlias(id), field)
            : throw new IcebergException(
                IcebergErrorKind.InvalidMetadata,
                $"Equality deletes of table '{table.Location}' compare field {id}, which is {(field is null ? "in none of its schemas" : $"'{field.FullName}' of type {field.Type}; a primitive field outside of lists and maps is needed")}.");
    })];

    public static string KeyAlias(int fieldId) => string.Create(CultureInfo.InvariantCulture, $"key_{fieldId}");
}
