using System.Collections.Immutable;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Cold.Erasing;

/// <summary>Files that are to take the place of others, without the rows to erase. In their place in the store, not yet part of any snapshot.</summary>
/// <param name="Removed">As the table has them.</param>
/// <param name="Days">The rows that are left out, by day, as negative figures: deleted ones that only lay in the files are not among them.</param>
public sealed record ErasedRows(ImmutableArray<DataFile> Removed, ImmutableArray<DataFile> Added, IReadOnlyList<DayChecksum> Days)
{
    public long Rows => -Days.Sum(day => day.Rows);
}
