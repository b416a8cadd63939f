using FederatedQuery.GraphQL.Execution.Incremental;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <content>
/// Incremental delivery: what this execution leaves for later, and the execution of such parts. Each part is an execution of its own, with its
/// own errors and its own top where null propagation ends.
/// </content>
internal sealed partial class OperationExecution
{
    private Dictionary<(PathNode? Path, DeferUsage Usage), DeliveryGroup>? _groups;
    private IncrementalWork? _left;

    /// <summary>Lets fields below find the deferred fragments that begin at an object.</summary>
    public void BeginDeferred(IncrementalPlan plan, PathNode? path)
    {
        lock (_lock)
        {
            _left ??= new IncrementalWork();
            _groups ??= [];
            foreach (var usage in plan.Usages)
            {
                var group = new DeliveryGroup(path, usage.Label, usage.Parent is { } outer ? FindGroup(outer, path) : null);
                _groups.Add((path, usage), group);
                _left.Groups.Add(group);
            }
        }
    }

    /// <summary>Leaves an object's deferred fields for later.</summary>
    public void AddDeferred(IncrementalPlan plan, object? source, PathNode? path, NullBoundary? boundary)
    {
        lock (_lock)
        {
            foreach (var fields in plan.Groups)
            {
                DeliveryGroup[] groups = [.. fields.Usages.Select(usage => FindGroup(usage, path))];
                _left!.Tasks.Add(new ExecutionGroup(this, groups, fields.Selection, source, path, boundary));
            }
        }
    }

    /// <summary>Leaves the rest of a list for later.</summary>
    public void AddStream(ItemStream stream)
    {
        lock (_lock)
        {
            (_left ??= new IncrementalWork()).Streams.Add(stream);
        }
    }

    /// <summary>What was left for later and is still wanted; null when there is nothing. To be called when the execution has ended.</summary>
    public async ValueTask<IncrementalWork?> TakeWorkAsync()
    {
        if (_left is not { } work)
        {
            return null;
        }

        await work.RemoveDeadAsync();
        return work.IsEmpty ? null : work;
    }

    /// <summary>Gives back what was left for later when nobody gets it. To be called when nothing runs any more.</summary>
    public async ValueTask DiscardWorkAsync()
    {
        foreach (var stream in _left?.Streams ?? [])
        {
            await stream.StopAsync();
        }
    }

    /// <summary>ExecuteExecutionGroup() (incremental delivery).</summary>
    public ValueTask<PartialResult> ExecuteGroupAsync(SelectionPlan selection, object? source, PathNode? path)
    {
        var part = CreatePart();
        var top = new NullBoundary(parent: null, branch: null, start: 0);
        var branch = new ResponseBranch(part, path, top);
        using (Work.Begin())
        {
            return part.FinishPartAsync(branch, top, branch.TryWriteObject(selection, source));
        }
    }

    /// <summary>Completes an item of a stream.</summary>
    public ValueTask<PartialResult> ExecuteItemAsync(FieldPlan field, GraphQLType itemType, object? item, PathNode path)
    {
        var part = CreatePart();
        var top = new NullBoundary(parent: null, branch: null, start: 0);
        var branch = new ResponseBranch(part, path, top);
        using (Work.Begin())
        {
            return part.FinishPartAsync(branch, top, branch.TryComplete(field, itemType, item));
        }
    }

    /// <summary>The errors that the client gets for an exception of a stream's source.</summary>
    public IReadOnlyList<GraphQLError> DescribeFailure(FieldPlan field, Exception exception, PathNode? path)
    {
        var part = CreatePart();
        part.AddException(field, exception, path, boundary: null);
        return part.Errors;
    }

    private OperationExecution CreatePart() => new(operation, request, options, events, deadline, cancellationToken, this);

    private async ValueTask<PartialResult> FinishPartAsync(ResponseBranch branch, NullBoundary top, bool written)
    {
        await WhenIdleAsync(branch);
        var data = await EndAsync(branch, top, written);
        return new PartialResult(data, Errors, _extensions, await TakeWorkAsync());
    }

    /// <summary>The nearest at or above the path, here or in the execution that this one is a part of (which has ended, so needs no lock).</summary>
    private DeliveryGroup FindGroup(DeferUsage usage, PathNode? path)
    {
        for (var execution = this; execution is not null; execution = execution.Parent)
        {
            if (execution._groups is not { } groups)
            {
                continue;
            }

            for (var node = path; ; node = node.Parent)
            {
                if (groups.TryGetValue((node, usage), out var group))
                {
                    return group;
                }

                if (node is null)
                {
                    break;
                }
            }
        }

        throw new System.Diagnostics.UnreachableException($"No fragment deferred above {string.Join('.', path?.ToList() ?? [])} brings the field.");
    }
}
