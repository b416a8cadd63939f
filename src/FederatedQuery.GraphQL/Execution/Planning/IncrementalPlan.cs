namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>
/// What a selection set leaves for later (incremental delivery, BuildExecutionPlan()): the deferred fragments that begin in it, and the fields
/// put off, grouped by the fragments that wait for them.
/// </summary>
internal sealed class IncrementalPlan(DeferUsage[] usages, DeferredFields[] groups)
{
    public DeferUsage[] Usages { get; } = usages;

    public DeferredFields[] Groups { get; } = groups;
}

/// <summary>Fields that are executed together for all of <see cref="Usages"/>.</summary>
internal sealed class DeferredFields(DeferUsage[] usages, SelectionPlan selection)
{
    public DeferUsage[] Usages { get; } = usages;

    public SelectionPlan Selection { get; } = selection;
}
