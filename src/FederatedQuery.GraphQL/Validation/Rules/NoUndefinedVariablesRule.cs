using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>All variable uses defined (spec section 5.8.3).</summary>
internal sealed class NoUndefinedVariablesRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument(DocumentNode node)
    {
        foreach (var operation in node.Definitions.OfType<OperationDefinitionNode>())
        {
            var defined = operation.VariableDefinitions.Select(variable => variable.Variable.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var usage in Context.GetUsages(operation))
            {
                if (!defined.Contains(usage.Node.Name))
                {
                    Context.Report(
                        operation.Name is null
                            ? $"Variable \"${usage.Node.Name}\" is not defined."
                            : $"Variable \"${usage.Node.Name}\" is not defined by operation \"{operation.Name}\".",
                        usage.Node,
                        operation);
                }
            }
        }
    }
}
