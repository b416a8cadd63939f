using System.Collections.Concurrent;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>The weights and list sizes of a schema's members, read once each. Thread-safe.</summary>
internal sealed class CostWeights(Schema schema, CostOptions options)
{
    private readonly ConcurrentDictionary<(ObjectType Parent, FieldDefinition Field), (double Weight, ListSize? Size)> _fields = new();
    private readonly ConcurrentDictionary<NamedType, double> _types = new();
    private readonly ConcurrentDictionary<InputValueDefinition, double> _inputs = new();

    public double DefaultListSize => options.DefaultListSize;

    /// <summary>Weight of the field itself, without its arguments; and its <c>@listSize</c>, or else that of an interface's field of the name.</summary>
    public (double Weight, ListSize? Size) OfField(ObjectType parent, FieldDefinition field) =>
        _fields.GetOrAdd((parent, field), static (key, self) => self.ReadField(key.Parent, key.Field), this);

    /// <summary>Of an abstract type, the highest of its object types (section 7.2).</summary>
    public double OfType(NamedType type) => _types.GetOrAdd(type, static (added, self) => self.ReadType(added), this);

    /// <summary>Of an argument or input field that is given.</summary>
    public double OfInput(InputValueDefinition input) => _inputs.GetOrAdd(input, static (added, self) => self.ReadInput(added), this);

    private (double Weight, ListSize? Size) ReadField(ObjectType parent, FieldDefinition field)
    {
        var byDefault = field.Type.IsComposite || field.Type.NullableType is ListType ? 1.0 : 0.0;
        if (options.ApplyCostDefaults && !field.IsPure && (field.Resolver is not null || field.Subscriber is not null))
        {
            byDefault = options.DefaultResolverCost;
        }

        var size = ListSize.Find(schema, field) ?? parent.Interfaces.Items
            .Select(implemented => implemented.Fields.TryGet(field.Name, out var declared) ? ListSize.Find(schema, declared) : null)
            .FirstOrDefault(found => found is not null);
        return (CostDirectives.FindWeight(schema, field.AppliedDirectives) ?? byDefault, size);
    }

    private double ReadType(NamedType type) => type switch
    {
        ObjectType => CostDirectives.FindWeight(schema, type.AppliedDirectives) ?? 1.0,
        CompositeType composite => schema.GetPossibleTypes(composite).Select(OfType).DefaultIfEmpty(1.0).Max(),
        _ => CostDirectives.FindWeight(schema, type.AppliedDirectives) ?? 0.0,
    };

    private double ReadInput(InputValueDefinition input) =>
        CostDirectives.FindWeight(schema, input.AppliedDirectives) ?? (input.Type.Named is InputObjectType ? 1.0 : 0.0);
}
