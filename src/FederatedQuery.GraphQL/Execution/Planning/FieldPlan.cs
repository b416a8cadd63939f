using System.Collections.Immutable;
using System.Text;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>One response key of a selection set: all field nodes that merge into it, and what executing it needs, worked out once.</summary>
internal sealed class FieldPlan
{
    private readonly OperationPlanner _planner;
    private SelectionPlan? _first;
    private ImmutableDictionary<ObjectType, SelectionPlan> _others = ImmutableDictionary<ObjectType, SelectionPlan>.Empty;

    public FieldPlan(OperationPlanner planner, ObjectType parentType, FieldDefinition definition, ImmutableArray<FieldNode> nodes)
    {
        _planner = planner;
        ParentType = parentType;
        Definition = definition;
        Nodes = nodes;
        ResponseKey = nodes[0].ResponseKey;
        KeyUtf8 = Encoding.UTF8.GetBytes($"\"{ResponseKey}\":");
        Arguments = ArgumentPlan.Create(definition.Arguments, nodes[0].Arguments);
        IsTypeName = definition.Name == "__typename";
        LeafWriter = definition.Resolver is null && definition.Type.IsLeaf ? definition.PropertyReader?.CreateLeafWriter(definition.Type) : null;
    }

    public ObjectType ParentType { get; }

    public FieldDefinition Definition { get; }

    public ImmutableArray<FieldNode> Nodes { get; }

    public string ResponseKey { get; }

    /// <summary>The response key as JSON with its colon. Names are ASCII: nothing to escape.</summary>
    public byte[] KeyUtf8 { get; }

    public ArgumentPlan Arguments { get; }

    public bool IsTypeName { get; }

    /// <summary>Set when the value can go from the parent to the response without a context and without boxing.</summary>
    public LeafWriter? LeafWriter { get; }

    /// <summary>
    /// CollectSubfields() for one object type. Made when first needed: fragments that spread each other twice would else cost 2^n here,
    /// whatever the data is.
    /// </summary>
    public SelectionPlan GetSelection(ObjectType type)
    {
        var first = _first;
        if (first is not null && ReferenceEquals(first.Type, type))
        {
            return first;
        }

        if (first is null)
        {
            return _first = _planner.PlanSubfields(type, Nodes);
        }

        return ImmutableInterlocked.GetOrAdd(ref _others, type, static (added, field) => field._planner.PlanSubfields(added, field.Nodes), this);
    }
}
