namespace FederatedQuery.Hot.Control.Verification;

/// <summary>What verification saw of a day.</summary>
/// <param name="HotRows">Of the day, in PostgreSQL.</param>
/// <param name="CountedOnly">The ledger's checksum was made by another algorithm, so that rows were counted and no more.</param>
public sealed record VerifiedDay(DateOnly Day, long ColdRows, long HotRows, bool CountedOnly);
