using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>The fields to execute on an object of one type, in response order.</summary>
internal sealed class SelectionPlan(ObjectType type, FieldPlan[] fields, IncrementalPlan? incremental = null)
{
    public ObjectType Type { get; } = type;

    public FieldPlan[] Fields { get; } = fields;

    /// <summary>What is left for later; null almost always.</summary>
    public IncrementalPlan? Incremental { get; } = incremental;

    /// <summary>Those that are left for later as well.</summary>
    public IEnumerable<FieldPlan> AllFields => Incremental is null ? Fields : Fields.Concat(Incremental.Groups.SelectMany(group => group.Selection.AllFields));
}
