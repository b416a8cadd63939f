using System.ComponentModel;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Serialization;
using FederatedQuery.Logs.Tail;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Log records as they are stored.</summary>
[SubscriptionType]
internal sealed class LogSubscriptions(LogTail tail)
{
    /// <summary>Of the error that stands in the place of records that were dropped.</summary>
    private const string RecordsMissed = "RECORDS_MISSED";

    [Authorize(RoleNames.Reader), Subscribe(With = nameof(SubscribeToLogTailAsync))]
    [GraphQLDescription(
        """
        Log records that match, as they are stored. `replay` first sends up to that many of the newest stored ones; `after` (a cursor of a
        page or of this subscription) first sends everything since, from whichever tier holds it, then goes on live: a client that
        reconnects with its last cursor misses nothing and sees nothing twice.
        """)]
    public LogEdge LogTail([EventMessage] TailEvent message) => message.Record is { } record ? new LogEdge(message.Cursor.ToString(), Node(record)) : throw Missed(message);

    public Task<IAsyncEnumerable<TailEvent>> SubscribeToLogTailAsync(
        LogFilterInput? where, [DefaultValue(0)] int? replay, string? after, IResolverContext context, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(() => tail.SubscribeAsync(
            new TailRequest { Filter = (where ?? new LogFilterInput()).ToExpression(), Replay = replay ?? 0, After = after, Caller = context.Caller() }, cancellationToken));

    private static LogRecord Node(TailRecord record) => new()
    {
        Id = record.Id,
        Timestamp = record.Timestamp,
        Level = record.GetString(3)!,
        Message = record.GetString(4)!,
        ResourceId = record.GetString(5),
        TraceId = record.GetString(6),
        SpanId = record.GetString(7),
        Commit = record.GetString(8),
        ParentResourceId = record.GetString(9),
        UserId = record.GetString(10),
        WorkflowName = record.GetString(11),
        WorkflowNode = record.GetString(12),
        Metadata = record.GetMetadata() is { } metadata ? new RawJson(metadata) : null,
    };

    private static GraphQLException Missed(TailEvent message) => new(
        new GraphQLError($"{message.Missed} records were dropped, for they came faster than this subscription was read; what follows is newer. To get them subscribe again with `extensions.cursor` as `after`.")
        {
            Code = RecordsMissed,
            Extensions = new Dictionary<string, object?> { ["missed"] = message.Missed, ["cursor"] = message.Cursor.ToString() },
        });
}
