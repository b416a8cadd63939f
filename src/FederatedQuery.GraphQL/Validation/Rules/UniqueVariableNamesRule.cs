using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.8.1.</summary>
internal sealed class UniqueVariableNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (!Repeats.Any(node.VariableDefinitions.AsSpan(), static variable => variable.Variable.Name))
        {
            return;
        }

        foreach (var group in node.VariableDefinitions.GroupBy(variable => variable.Variable.Name, StringComparer.Ordinal))
        {
            if (group.Count() > 1)
            {
                Context.ReportAt(
                    $"There can be only one variable named \"${group.Key}\".",
                    [.. group.Select(variable => variable.Variable.Start + 1)]);
            }
        }
    }
}
