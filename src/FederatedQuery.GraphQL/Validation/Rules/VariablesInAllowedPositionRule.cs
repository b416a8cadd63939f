using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>All variable usages are allowed (spec section 5.8.5).</summary>
internal sealed class VariablesInAllowedPositionRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument(DocumentNode node)
    {
        foreach (var operation in node.Definitions.OfType<OperationDefinitionNode>())
        {
            var definitions = new Dictionary<string, VariableDefinitionNode>(StringComparer.Ordinal);
            foreach (var definition in operation.VariableDefinitions)
            {
                definitions[definition.Variable.Name] = definition;
            }

            foreach (var usage in Context.GetUsages(operation))
            {
                if (definitions.TryGetValue(usage.Node.Name, out var definition))
                {
                    Check(definition, usage);
                }
            }
        }
    }

    private void Check(VariableDefinitionNode definition, VariableUsage usage)
    {
        if (usage.Type is null || TypeFromNode.Find(Context.Schema, definition.Type) is not { } type)
        {
            return;
        }

        if (!IsAllowed(type, definition.DefaultValue, usage))
        {
            Context.Report($"Variable \"${usage.Node.Name}\" of type \"{type}\" used in position expecting type \"{usage.Type}\".", definition, usage.Node);
        }
        else if (usage.OneOf is { } oneOf && !type.IsNonNull)
        {
            Context.Report($"Variable \"${usage.Node.Name}\" is of type \"{type}\" but must be non-nullable to be used for OneOf Input Object \"{oneOf.Name}\".", definition, usage.Node);
        }
    }

    private bool IsAllowed(GraphQLType variableType, ValueNode? variableDefault, VariableUsage usage)
    {
        if (usage.Type is NonNullType location && !variableType.IsNonNull)
        {
            var hasNonNullDefault = variableDefault is not (null or NullValueNode);
            return (hasNonNullDefault || usage.HasDefault) && Context.Schema.IsSubType(variableType, location.OfType);
        }

        return Context.Schema.IsSubType(variableType, usage.Type!);
    }
}
