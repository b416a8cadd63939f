using System.Collections.Immutable;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Cold.Erasing;

/// <summary>Files that are to take the place of others, without the rows to erase. In their place in the store, not yet part of any snapshot.</summary>
/// <param name="Removed">As the table has them.</param>
/// <param name="Rows">How many rows are left out; deleted ones that only lay in the files are not counted.</param>
/// <param name="Days">The same by day, as negative figures; none where no time column was named.</param>
public sealed record ErasedRows(ImmutableArray<DataFile> Removed, ImmutableArray<DataFile> Added, long Rows, IReadOnlyList<DayChecksum> Days);
