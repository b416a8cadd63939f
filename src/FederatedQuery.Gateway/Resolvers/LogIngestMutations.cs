using System.Text;
using System.Text.Json;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Log records by GraphQL.</summary>
[MutationType]
internal sealed class LogIngestMutations(LogIngest ingest)
{
    /// <summary>Half of a surrogate pair is no text, and is not to become one on the way.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] ParentNames = ["parentResourceId", "parent_resource_id"];

    [Authorize(RoleNames.Writer), GraphQLDescription("Takes log records in. Those that are accepted are on disk when the answer comes, and can be searched within a second.")]
    public Task<IngestResult> IngestLogsAsync(IReadOnlyList<LogInput> input, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        using var batch = ingest.CreateBatch();
        foreach (var record in input)
        {
            Add(batch, record);
        }

        await ingest.AppendAsync(batch, cancellationToken);
        return new IngestResult(batch.Accepted, batch.Rejected);
    });

    private static void Add(LogBatchBuilder batch, LogInput record)
    {
        batch.BeginRecord();
        if (record.Timestamp is { } timestamp)
        {
            batch.Timestamp(EpochTime.MicrosOf(timestamp));
        }

        try
        {
            Text(batch, LogField.Level, record.Level);
            Text(batch, LogField.Message, record.Message);
            Text(batch, LogField.ResourceId, record.ResourceId);
            Text(batch, LogField.TraceId, record.TraceId);
            Text(batch, LogField.SpanId, record.SpanId);
            Text(batch, LogField.Commit, record.Commit);
            Text(batch, LogField.UserId, record.UserId);
            Text(batch, LogField.WorkflowName, record.WorkflowName);
            Text(batch, LogField.WorkflowNode, record.WorkflowNode);
            if (record.Metadata is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } metadata)
            {
                Text(batch, LogField.ParentResourceId, ParentIn(metadata));
                batch.Metadata(Strict.GetBytes(metadata.GetRawText()));
            }
        }
        catch (EncoderFallbackException)
        {
            batch.RejectRecord("A text has half of a surrogate pair.");
            return;
        }

        batch.TryEndRecord(out _);
    }

    /// <summary>What the resource belongs to is said in the metadata, where it also stays, as in <c>POST /logs</c>.</summary>
    private static string? ParentIn(JsonElement metadata)
    {
        if (metadata.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in ParentNames)
            {
                if (metadata.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                {
                    return value.GetString();
                }
            }
        }

        return null;
    }

    private static void Text(LogBatchBuilder batch, LogField field, string? value)
    {
        if (value is not null)
        {
            batch.Text(field, Strict.GetBytes(value));
        }
    }
}

internal sealed record LogInput(
    DateTimeOffset? Timestamp,
    string? Level,
    string Message,
    string? ResourceId,
    string? TraceId,
    string? SpanId,
    string? Commit,
    string? UserId,
    string? WorkflowName,
    string? WorkflowNode,
    JsonElement? Metadata);

internal sealed record IngestResult(int Accepted, IReadOnlyList<RejectedRecord> Rejected);
