using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>HOT_RETENTION_DAYS and COLD_RETENTION_DAYS.</summary>
internal sealed record DataRetention(int PostgresRetentionDays, int IcebergRetentionDays)
{
    [GraphQLName("postgres_retention_days"), GraphQLDeprecated("Use postgresRetentionDays.")]
    public int LegacyPostgresRetentionDays => PostgresRetentionDays;

    [GraphQLName("iceberg_retention_days"), GraphQLDeprecated("Use icebergRetentionDays.")]
    public int LegacyIcebergRetentionDays => IcebergRetentionDays;
}
