using FederatedQuery.Cold.Scanning;

namespace FederatedQuery.Federation.Budgets;

/// <summary>What a statement is going to read of one table's cold files.</summary>
/// <param name="Table">Its name, as it is said to the user.</param>
/// <param name="TimeColumn">What a condition that narrows the scan would be on; null: not known.</param>
internal sealed record PlannedColdRead(string Table, string? TimeColumn, ColdScan Scan);
