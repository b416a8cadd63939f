using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Mutations of the contract whose work comes in a later version. They are in the schema so that documents with them are valid.</summary>
[MutationType]
internal sealed class LaterMutations
{
    public AnalyticsIntegrationResult SetupAnalyticsIntegration() =>
        throw NotAvailableYet.Error(
            "setupAnalyticsIntegration",
            "register the cold tables with AWS Glue and SageMaker",
            "engines can attach to the Iceberg tables through the JDBC catalog in Postgres");
}

internal sealed record AnalyticsIntegrationResult(
    bool Success, string Message, string? GlueCatalogId, bool SagemakerEnabled, IReadOnlyList<string> RegisteredTables);
