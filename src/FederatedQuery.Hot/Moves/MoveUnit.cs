using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Moves;

/// <summary>The rows of one day that move together.</summary>
/// <param name="Table">The tiered table.</param>
/// <param name="Source">Where the rows lie: a partition, or the table itself when it has none by time.</param>
/// <param name="Day">In UTC.</param>
/// <param name="IsWholeSource">True when the source holds nothing but (a part of) this day, so that it may be truncated.</param>
public sealed record MoveUnit(TableName Table, TableName Source, DateOnly Day, bool IsWholeSource);
