using System.Collections.Immutable;
using System.Text;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>One response key of a selection set: all field nodes that merge into it, and what executing it needs, worked out once.</summary>
internal sealed class FieldPlan : ISelectedField
{
    private readonly OperationPlanner _planner;
    private SelectionPlan? _first;
    private ImmutableDictionary<ObjectType, SelectionPlan> _others = ImmutableDictionary<ObjectType, SelectionPlan>.Empty;

    private readonly FieldDetail[] _details;
    private FieldPlan? _streamedItem;

    /// <param name="planner">Plans what is below.</param>
    /// <param name="parentType">The type of the object that the field is on.</param>
    /// <param name="definition">The field.</param>
    /// <param name="details">Where it is selected.</param>
    /// <param name="usages">The deferred fragments that it is executed for; none when it is part of the initial result.</param>
    public FieldPlan(OperationPlanner planner, ObjectType parentType, FieldDefinition definition, FieldDetail[] details, DeferUsage[] usages)
    {
        ImmutableArray<FieldNode> nodes = [.. details.Select(detail => detail.Node)];
        _details = details;
        Usages = usages;
        Stream = planner.FindStream(nodes[0]);
        _planner = planner;
        ParentType = parentType;
        Definition = definition;
        Nodes = nodes;
        ResponseKey = nodes[0].ResponseKey;
        Key = new JsonKey(Encoding.UTF8.GetBytes($"\"{ResponseKey}\":"));
        SeparatedKey = new JsonKey(Encoding.UTF8.GetBytes($",\"{ResponseKey}\":"));
        Arguments = ArgumentPlan.Create(definition.Arguments, nodes[0].Arguments);
        IsTypeName = definition.Name == "__typename";
        LeafWriter = definition.Resolver is null && definition.Type.IsLeaf ? definition.PropertyReader?.CreateLeafWriter(definition.Type) : null;
    }

    public ObjectType ParentType { get; }

    public FieldDefinition Definition { get; }

    public ImmutableArray<FieldNode> Nodes { get; }

    public string ResponseKey { get; }

    /// <summary>The response key as JSON with its colon. Names are ASCII: nothing to escape.</summary>
    public JsonKey Key { get; }

    /// <summary>The same with a comma before it.</summary>
    public JsonKey SeparatedKey { get; }

    public ArgumentPlan Arguments { get; }

    public bool IsTypeName { get; }

    /// <summary>Set when the value can go from the parent to the response without a context and without boxing.</summary>
    public LeafWriter? LeafWriter { get; }

    /// <inheritdoc cref="FieldPlan(OperationPlanner, ObjectType, FieldDefinition, FieldDetail[], DeferUsage[])"/>
    public DeferUsage[] Usages { get; }

    public StreamPlan? Stream { get; }

    /// <summary>The field as the items of its stream see it: by then, no fragment around the field is deferred any more.</summary>
    public FieldPlan StreamedItem => _streamedItem ??= new FieldPlan(_planner, ParentType, Definition, [.. _details.Select(detail => detail with { Usage = null })], []);

    IEnumerable<ISelectedField> ISelectedField.Fields => Definition.Type.Named is CompositeType type
        ? _planner.PossibleTypesOf(type).SelectMany(possible => GetSelection(possible).AllFields)
        : [];

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
            return _first = _planner.PlanSubfields(type, _details, Usages);
        }

        return ImmutableInterlocked.GetOrAdd(ref _others, type, static (added, field) => field._planner.PlanSubfields(added, field._details, field.Usages), this);
    }
}
