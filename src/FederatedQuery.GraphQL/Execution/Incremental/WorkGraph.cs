using FederatedQuery.GraphQL.Execution.Batching;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>
/// What is still to be delivered, and what follows when a part of it ends (incremental delivery, "Incremental Work Graph", as graphql-js 17
/// reads it). Parts run where they like and report through <paramref name="onTaskEnded"/> and <paramref name="onItemsReady"/>; everything else
/// here is for one thread at a time.
/// </summary>
/// <param name="operationWork">What is started together is one stretch of work, so that data loaders fetch for all of it at once.</param>
/// <param name="onTaskEnded">Called from any thread when an execution group has ended: its result, or the exception of a defect.</param>
/// <param name="onItemsReady">Called from any thread when a stream has something to take.</param>
internal sealed partial class WorkGraph(OperationWork operationWork, Action<ExecutionGroup, PartialResult?, Exception?> onTaskEnded, Action<ItemStream> onItemsReady)
{
    private readonly List<DeliveryGroup> _rootGroups = [];
    private readonly List<ItemStream> _rootStreams = [];

    /// <summary>Everything that may hold a source or buffers, for when the client goes.</summary>
    private readonly HashSet<ItemStream> _heldStreams = [];
    private readonly HashSet<PartialResult> _heldResults = [];

    /// <summary>Whether anything more will come.</summary>
    public bool IsActive => _rootGroups.Count > 0 || _rootStreams.Count > 0;

    /// <summary>What the client has been told to wait for.</summary>
    public IEnumerable<IPendingWork> Pending => [.. _rootGroups, .. _rootStreams];

    /// <summary>Takes over what the initial result has left; nothing of it starts yet.</summary>
    public void AddInitial(IncrementalWork work, PayloadBuilder payload)
    {
        var groups = Integrate(work, parent: null);
        Announce(Prune(groups), work.Streams, payload);
    }

    public void Start()
    {
        using var section = operationWork.Begin();
        foreach (var group in _rootGroups.ToArray())
        {
            StartTasks(group);
        }

        foreach (var stream in _rootStreams.ToArray())
        {
            stream.Start(onItemsReady);
        }
    }

    public async ValueTask EndTaskAsync(ExecutionGroup task, PartialResult result, PayloadBuilder payload)
    {
        if (!task.IsTracked)
        {
            await result.DiscardAsync();
            return;
        }

        task.Result = result;
        if (result.Data is null)
        {
            await FailTaskAsync(task, payload);
            return;
        }

        _heldResults.Add(result);
        if (result.Work is { } work)
        {
            // Fragments nested in these wait for their parents to be complete; streams for this task to be sent.
            Integrate(work, task);
            task.Streams.AddRange(work.Streams);
        }

        var newGroups = new List<DeliveryGroup>();
        var newStreams = new List<ItemStream>();
        foreach (var group in task.Groups)
        {
            if (group.IsTracked)
            {
                group.Unfinished--;
                TryComplete(group, payload, newGroups, newStreams);
            }
        }

        StartNew(newGroups, newStreams, payload);
    }

    public async ValueTask TakeItemsAsync(ItemStream stream, PayloadBuilder payload)
    {
        if (!_rootStreams.Contains(stream))
        {
            return;
        }

        var taken = stream.Take();
        if (taken.Items.Count > 0)
        {
            payload.AddItems(stream, taken);
        }

        foreach (var item in taken.Items)
        {
            if (item.Work is { } work)
            {
                var groups = Prune(Integrate(work, parent: null));
                Announce(groups, work.Streams, payload);
                StartNew(groups, work.Streams, payload);
            }
        }

        if (taken.HasEnded)
        {
            _rootStreams.Remove(stream);
            _heldStreams.Remove(stream);
            payload.AddCompleted(stream, taken.Failure);
            if (taken.Failure is not null)
            {
                await stream.StopAsync();
            }
        }
    }

    /// <summary>Takes work into the graph. Gives the groups that wait for no other.</summary>
    private List<DeliveryGroup> Integrate(IncrementalWork work, ExecutionGroup? parent)
    {
        var roots = new List<DeliveryGroup>();
        foreach (var group in work.Groups)
        {
            if (group.Parent is { } outer)
            {
                if (outer.IsTracked)
                {
                    group.IsTracked = true;
                    outer.Children.Add(group);
                }
            }
            else
            {
                group.IsTracked = true;
                if (parent is null)
                {
                    roots.Add(group);
                }
            }
        }

        foreach (var task in work.Tasks)
        {
            foreach (var group in task.Groups)
            {
                if (group.IsTracked)
                {
                    group.Tasks.Add(task);
                    group.Unfinished++;
                    if (_rootGroups.Contains(group))
                    {
                        StartTask(task);
                    }
                }
            }
        }

        _heldStreams.UnionWith(work.Streams);
        return roots;
    }

    /// <summary>The groups that have something to execute; in place of one that has nothing, those nested in it.</summary>
    private static List<DeliveryGroup> Prune(IEnumerable<DeliveryGroup> groups)
    {
        var kept = new List<DeliveryGroup>();
        foreach (var group in groups)
        {
            if (!group.IsTracked)
            {
                continue;
            }

            if (group.Tasks.Count > 0)
            {
                kept.Add(group);
                continue;
            }

            group.IsTracked = false;
            kept.AddRange(Prune(group.Children));
        }

        return kept;
    }

    private void Announce(List<DeliveryGroup> groups, List<ItemStream> streams, PayloadBuilder payload)
    {
        foreach (var group in groups)
        {
            _rootGroups.Add(group);
            payload.AddPending(group);
        }

        foreach (var stream in streams)
        {
            _rootStreams.Add(stream);
            payload.AddPending(stream);
        }
    }

    /// <summary>Starts what was announced, and completes those whose fields all came with other groups.</summary>
    private void StartNew(List<DeliveryGroup> groups, List<ItemStream> streams, PayloadBuilder payload)
    {
        using var section = operationWork.Begin();
        var groupsToStart = new List<DeliveryGroup>(groups);
        var streamsToStart = new List<ItemStream>(streams);
        for (var i = 0; i < groupsToStart.Count; i++)
        {
            StartTasks(groupsToStart[i]);
            if (groupsToStart[i].IsTracked)
            {
                TryComplete(groupsToStart[i], payload, groupsToStart, streamsToStart);
            }
        }

        foreach (var stream in streamsToStart)
        {
            stream.Start(onItemsReady);
        }
    }

    private void TryComplete(DeliveryGroup group, PayloadBuilder payload, List<DeliveryGroup> newGroups, List<ItemStream> newStreams)
    {
        if (group.Unfinished > 0 || !_rootGroups.Remove(group))
        {
            return;
        }

        group.IsTracked = false;
        var streams = new List<ItemStream>();
        foreach (var task in group.Tasks.ToArray())
        {
            if (task is { IsTracked: true, Result: { } result })
            {
                _heldResults.Remove(result);
                payload.AddData(group, task, result);
                streams.AddRange(task.Streams);
                Untrack(task);
            }
        }

        payload.AddCompleted(group, errors: null);
        var groups = Prune(group.Children);
        Announce(groups, streams, payload);
        newGroups.AddRange(groups);
        newStreams.AddRange(streams);
    }

    private void StartTasks(DeliveryGroup group)
    {
        foreach (var task in group.Tasks.ToArray())
        {
            StartTask(task);
        }
    }

    private void StartTask(ExecutionGroup task)
    {
        if (!task.IsStarted)
        {
            task.IsStarted = true;
            task.IsTracked = true;
            _ = ExecuteAsync(task);
        }
        else if (task.Result is { Data: null } failed)
        {
            // It failed for another group before this one was due.
            onTaskEnded(task, failed, null);
        }
    }

    private async Task ExecuteAsync(ExecutionGroup task)
    {
        try
        {
            onTaskEnded(task, await task.ExecuteAsync(), null);
        }
        catch (Exception exception)
        {
            onTaskEnded(task, null, exception);
        }
    }
}
