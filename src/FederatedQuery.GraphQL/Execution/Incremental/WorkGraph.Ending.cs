using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <content>What fails, and what nobody waits for any more.</content>
internal sealed partial class WorkGraph
{
    /// <summary>Tells the client that nothing more of what it waits for will come.</summary>
    public void FailAll(GraphQLError error, PayloadBuilder payload)
    {
        foreach (var work in Pending)
        {
            payload.AddCompleted(work, [error]);
        }

        _rootGroups.Clear();
        _rootStreams.Clear();
    }

    /// <summary>Gives back what was not delivered, and waits until the sources of streams are disposed of.</summary>
    public async Task DiscardAsync()
    {
        _rootGroups.Clear();
        _rootStreams.Clear();
        foreach (var result in _heldResults)
        {
            await result.DisposeAsync();
        }

        await Task.WhenAll(_heldStreams.Select(stream => stream.StopAsync()));
    }

    private async ValueTask FailTaskAsync(ExecutionGroup task, PayloadBuilder payload)
    {
        foreach (var group in task.Groups)
        {
            if (group.IsTracked && _rootGroups.Remove(group))
            {
                payload.AddCompleted(group, task.Result!.Errors);
                await RemoveAsync(group);
            }
        }
    }

    /// <summary>A group that failed goes with all that is nested in it.</summary>
    private async ValueTask RemoveAsync(DeliveryGroup group)
    {
        group.IsTracked = false;
        foreach (var task in group.Tasks.ToArray())
        {
            if (!task.Groups.Any(other => other.IsTracked))
            {
                Untrack(task);
                if (task.Result is { } result && _heldResults.Remove(result))
                {
                    _heldStreams.ExceptWith(task.Streams);
                    await result.DiscardAsync();
                }
            }
        }

        foreach (var child in group.Children)
        {
            if (child.IsTracked)
            {
                await RemoveAsync(child);
            }
        }
    }

    private static void Untrack(ExecutionGroup task)
    {
        task.IsTracked = false;
        foreach (var group in task.Groups)
        {
            group.Tasks.Remove(task);
        }
    }
}
