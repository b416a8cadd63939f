using System.Globalization;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>Gathers what goes into the next payload, and gives out ids. One for a whole operation.</summary>
internal sealed class PayloadBuilder
{
    private List<PendingEntry> _pending = [];
    private List<IncrementalEntry> _incremental = [];
    private List<CompletedEntry> _completed = [];
    private int _nextId;

    public bool IsEmpty => _pending.Count == 0 && _incremental.Count == 0 && _completed.Count == 0;

    public void AddPending(IPendingWork work)
    {
        work.Id = (_nextId++).ToString(CultureInfo.InvariantCulture);
        _pending.Add(new PendingEntry(work.Id, work.Path?.ToList() ?? [], work.Label));
    }

    /// <summary>The fields of one object. Of the fragments they are for, the one with the longest path names them: that makes the sub-path shortest.</summary>
    public void AddData(DeliveryGroup group, ExecutionGroup task, PartialResult result)
    {
        var (id, length) = (group.Id!, LengthOf(group.Path));
        foreach (var other in task.Groups)
        {
            if (other != group && other.Id is { } otherId && LengthOf(other.Path) > length)
            {
                (id, length) = (otherId, LengthOf(other.Path));
            }
        }

        _incremental.Add(new IncrementalEntry(id, task.Path?.ToList() ?? [], length, group.Label, IsItems: false, [result]));
    }

    /// <summary>Items of one stream.</summary>
    public void AddItems(ItemStream stream, StreamedItems items)
    {
        var path = stream.Path?.ToList() ?? [];
        _incremental.Add(new IncrementalEntry(stream.Id!, [.. path, items.FirstIndex], path.Count + 1, stream.Label, IsItems: true, items.Items));
    }

    public void AddCompleted(IPendingWork work, IReadOnlyList<GraphQLError>? errors)
    {
        _completed.Add(new CompletedEntry(work.Id!, errors, work.Path?.ToList() ?? [], work.Label, work is ItemStream stream ? stream.NextIndex : null));
        work.Id = null;
    }

    /// <summary>What was gathered; the next payload begins empty.</summary>
    public IncrementalPayload Build(IncrementalFormat format, bool hasNext)
    {
        var payload = new IncrementalPayload(format, _pending, _incremental, _completed, hasNext);
        (_pending, _incremental, _completed) = ([], [], []);
        return payload;
    }

    /// <summary>The initial payload: only what is pending goes into it.</summary>
    public InitialPayload BuildInitial(IncrementalFormat format, OperationResult result)
    {
        var payload = new InitialPayload(format, result, _pending);
        _pending = [];
        return payload;
    }

    private static int LengthOf(PathNode? path)
    {
        var length = 0;
        for (; path is not null; path = path.Parent)
        {
            length++;
        }

        return length;
    }
}
