namespace FederatedQuery.Cold.Files.Caching;

/// <summary>The data-file cache at a moment.</summary>
/// <param name="Bytes">Of its files, those under way included.</param>
/// <param name="MaxBytes">What they may have.</param>
/// <param name="FilesInUse">Held for running queries.</param>
/// <param name="Hits">Files that queries asked for since the start and that were there.</param>
/// <param name="Misses">And those that were not.</param>
public sealed record DataFileCacheState(long Bytes, long MaxBytes, int FilesInUse, long Hits, long Misses);
