using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>All variables used (spec section 5.8.4).</summary>
internal sealed class NoUnusedVariablesRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument(DocumentNode node)
    {
        foreach (var operation in node.Definitions.OfType<OperationDefinitionNode>())
        {
            var used = Context.GetUsages(operation).Select(usage => usage.Node.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var variable in operation.VariableDefinitions)
            {
                if (!used.Contains(variable.Variable.Name))
                {
                    Context.Report(
                        operation.Name is null
                            ? $"Variable \"${variable.Variable.Name}\" is never used."
                            : $"Variable \"${variable.Variable.Name}\" is never used in operation \"{operation.Name}\".",
                        variable);
                }
            }
        }
    }
}
