namespace FederatedQuery.Cold.Verification;

/// <summary>Primary keys that rows of several days have.</summary>
/// <param name="First">Their first day.</param>
/// <param name="Last">Their last day.</param>
/// <param name="Example">The values of one of them.</param>
public sealed record KeysOnDays(DateOnly First, DateOnly Last, long Keys, string Example);

/// <summary>What was found of the keys of a cold table.</summary>
/// <param name="Doubled">Ascending by their days; those of one range of days are not among them.</param>
/// <param name="Unreadable">Why the keys could not be read: a file is missing or damaged. Null: they were.</param>
/// <param name="Rows">Whose keys were read.</param>
/// <param name="Bytes">Of the files that have them, whole.</param>
public sealed record ColdKeys(IReadOnlyList<KeysOnDays> Doubled, string? Unreadable, long Rows, long Bytes);
