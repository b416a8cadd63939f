using FederatedQuery.Cold.Checksums;

namespace FederatedQuery.Cold.Verification;

/// <summary>What is in the cold tier of a range of days.</summary>
/// <param name="Days">Days that have rows, ascending; empty when a file could not be read.</param>
/// <param name="Doubled">Keys of several cold rows.</param>
/// <param name="DoubledHot">Keys that hot rows of those days have too.</param>
/// <param name="Unreadable">Files that are missing or damaged, each with the reason.</param>
public sealed record ColdDays(
    IReadOnlyList<DayChecksum> Days, IReadOnlyList<DoubledKeys> Doubled, IReadOnlyList<DoubledKeys> DoubledHot, IReadOnlyList<UnreadableFile> Unreadable,
    int Files, long Bytes);

/// <summary>Primary keys that are there more than once.</summary>
/// <param name="Day">The first of their rows.</param>
/// <param name="Example">The values of one of them.</param>
public sealed record DoubledKeys(DateOnly Day, long Keys, string Example);

/// <param name="Location">As the table's metadata has it.</param>
public sealed record UnreadableFile(string Location, string Reason);
