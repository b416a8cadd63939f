using FederatedQuery.Federation;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

[GraphQLDescription("Planned from metadata alone; rows are upper bounds.")]
internal sealed class QueryEstimate(Federation.Queries.QueryEstimate estimate)
{
    public DataSource DataSource => estimate.DataSource;

    public IReadOnlyList<string> HotSql => estimate.HotSql;

    public long HotRows => estimate.HotRows;

    public int FilesTotal => estimate.FilesTotal;

    public int FilesToRead => estimate.FilesToRead;

    public long BytesToRead => estimate.BytesToRead;

    [GraphQLDescription("Bytes and requests that the object store would see; the rest is in the local cache.")]
    public long BytesToFetch => estimate.BytesToFetch;

    public int ObjectStoreRequests => estimate.ObjectStoreRequests;
}
