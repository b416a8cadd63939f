using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Hot.Control;

namespace FederatedQuery.Gateway.Resolvers;

[GraphQLName("Job")]
internal sealed class JobView(Job job)
{
    public Guid Id => job.Id;

    public string Kind => job.Kind;

    public string? TableName => job.TableName;

    public JobState State => job.State;

    public double Progress => job.Progress;

    public string Message => job.Message;

    public DateTimeOffset? StartedAt => job.StartedAt;

    public DateTimeOffset? FinishedAt => job.FinishedAt;

    public long Rows => job.Rows;

    public long Bytes => job.Bytes;
}
