namespace FederatedQuery.Cold.Checksums;

/// <summary>Rows of one day.</summary>
/// <param name="Day">In UTC; <see cref="DayChecksums.NoDay"/> for rows whose time is null or infinite.</param>
public sealed record DayChecksum(DateOnly Day, long Rows, RowChecksum Checksum);
