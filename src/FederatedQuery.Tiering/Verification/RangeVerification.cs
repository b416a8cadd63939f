using FederatedQuery.Hot.Control.Verification;

namespace FederatedQuery.Tiering.Verification;

/// <summary>What was found of a range of days.</summary>
/// <param name="Days">All of the range that have rows, or should.</param>
/// <param name="RowsOfOthers">Cold rows that other engines added, by the ledger.</param>
/// <param name="Bytes">Of the data files that were read.</param>
public sealed record RangeVerification(IReadOnlyList<VerifiedDay> Days, IReadOnlyList<Violation> Violations, long RowsOfOthers, long Bytes);
