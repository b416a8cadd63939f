using FederatedQuery.Federation.Statistics;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.Gateway.Resolvers;

internal sealed class TableStats(TableFigures figures, DataRetention retention)
{
    public long TotalRows => figures.TotalRows;

    [GraphQLDescription("False when totalRows is an upper bound: rows were deleted in ways that metadata does not count.")]
    public bool TotalRowsExact => figures.IsExact;

    public long TotalBytes => figures.TotalBytes;

    [GraphQLDescription("Column name -> {nullCount, distinctCount, min, max, bytes}; a figure not known is null, never guessed.")]
    public RawJson ColumnStats => new(figures.ColumnStatisticsJson);

    [GraphQLDescription("Column name -> {type, nullable, primaryKey}.")]
    public RawJson Schema => new(figures.SchemaJson);

    public DataRetention DataRetention => retention;

    [GraphQLName("total_rows"), GraphQLDeprecated("Use totalRows.")]
    public long LegacyTotalRows => TotalRows;

    [GraphQLName("column_stats"), GraphQLDeprecated("Use columnStats.")]
    public RawJson LegacyColumnStats => ColumnStats;

    [GraphQLName("data_retention"), GraphQLDeprecated("Use dataRetention.")]
    public DataRetention LegacyDataRetention => DataRetention;
}
