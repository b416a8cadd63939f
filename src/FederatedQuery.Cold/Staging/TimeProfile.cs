namespace FederatedQuery.Cold.Staging;

/// <summary>How staged rows spread over time, seen from an instant.</summary>
/// <param name="Older">Rows before it.</param>
/// <param name="OlderDays">Days (UTC) that those are of.</param>
/// <param name="NewerDays">Days at or after it that have rows, ascending.</param>
public sealed record TimeProfile(long Older, long OlderDays, IReadOnlyList<DateOnly> NewerDays);
