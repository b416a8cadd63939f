using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>What an argument that is given costs: its weight, and those of the input fields in its value (section 5.3.2.2).</summary>
internal sealed class InputCost(CostWeights weights, InputValueDefinition argument, ValueNode value)
{
    /// <summary>Whether it is the same whatever the variables are.</summary>
    public bool IsConstant { get; } = !HasVariable(value);

    /// <summary>May be negative. Input fields are counted in the value that a variable really has.</summary>
    public double Evaluate(VariableValues variables) =>
        value is VariableNode variable && !variables.TryGet(variable.Name, out _) ? 0 : weights.OfInput(argument) + Below(value, argument.Type, variables);

    private double Below(ValueNode node, GraphQLType type, VariableValues variables)
    {
        if (type.Named is not InputObjectType input)
        {
            return 0;
        }

        switch (node)
        {
            case VariableNode variable when variables.TryGetSource(variable.Name, out var literal, out var json):
                return json is { } given ? Below(given, input) : Below(literal!, type, variables);
            case ListValueNode list:
                return list.Values.Sum(item => Below(item, input, variables));
            case ObjectValueNode fields:
                return fields.Fields.Sum(field => input.Fields.TryGet(field.Name, out var definition)
                    ? weights.OfInput(definition) + Below(field.Value, definition.Type, variables)
                    : 0);
            default:
                return 0;
        }
    }

    private double Below(JsonElement json, InputObjectType input) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().Sum(item => Below(item, input)),
        JsonValueKind.Object => json.EnumerateObject().Sum(field => input.Fields.TryGet(field.Name, out var definition)
            ? weights.OfInput(definition) + (definition.Type.Named is InputObjectType below ? Below(field.Value, below) : 0)
            : 0),
        _ => 0,
    };

    private static bool HasVariable(ValueNode value) => value switch
    {
        VariableNode => true,
        ListValueNode list => list.Values.Any(HasVariable),
        ObjectValueNode fields => fields.Fields.Any(field => HasVariable(field.Value)),
        _ => false,
    };
}
