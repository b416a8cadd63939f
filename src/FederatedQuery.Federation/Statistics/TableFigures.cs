namespace FederatedQuery.Federation.Statistics;

/// <summary>Figures of a table in one tier.</summary>
/// <param name="TotalRows">Exact, or an upper bound.</param>
/// <param name="IsExact">Of <paramref name="TotalRows"/>.</param>
/// <param name="TotalBytes">On disk, indexes included in Postgres.</param>
/// <param name="ColumnStatisticsJson">UTF-8: column name to {nullCount, distinctCount, min, max, bytes}; a figure not known is null.</param>
/// <param name="SchemaJson">UTF-8: column name to {type, nullable, primaryKey}.</param>
public sealed record TableFigures(
    long TotalRows, bool IsExact, long TotalBytes, ReadOnlyMemory<byte> ColumnStatisticsJson, ReadOnlyMemory<byte> SchemaJson);
