using System.Collections.Immutable;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Cold.Writing;

/// <summary>Data files in their place in the store, not yet part of any snapshot.</summary>
/// <param name="Checksum">Of all rows of the files, in whatever order they come.</param>
public sealed record ColdFiles(ImmutableArray<DataFile> Files, RowChecksum Checksum)
{
    public static ColdFiles None { get; } = new([], RowChecksum.Zero);

    public long Rows => Files.Sum(file => file.RecordCount);

    public long Bytes => Files.Sum(file => file.FileSizeInBytes);

    /// <summary>The rows by day, in no order and a day maybe more than once; empty where the writer was not told the time column.</summary>
    public ImmutableArray<DayChecksum> Days { get; init; } = [];

    /// <summary>Knows where the files are; null: in the registered stores.</summary>
    internal TableLocations? Locations { get; init; }

    public ColdFiles With(ColdFiles more) => new([.. Files, .. more.Files], Checksum + more.Checksum) { Days = [.. Days, .. more.Days], Locations = more.Locations ?? Locations };
}
