using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>How log ingest stands.</summary>
[QueryType]
internal sealed class LogIngestQueries(LogIngest ingest)
{
    [Authorize(RoleNames.Reader), GraphQLDescription("Of the gateway process that answers. Stored and rejected records count since its start.")]
    public IngestStatus IngestStatus => ingest.Status;
}
