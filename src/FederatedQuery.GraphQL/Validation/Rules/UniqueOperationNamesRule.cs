using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.2.2.1.</summary>
internal sealed class UniqueOperationNamesRule(ValidationContext context) : ValidationRule(context)
{
    private readonly Dictionary<string, OperationDefinitionNode> _known = new(StringComparer.Ordinal);

    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (node.Name is { } name && !_known.TryAdd(name, node))
        {
            Context.ReportAt($"There can be only one operation named \"{name}\".", _known[name].NameStart, node.NameStart);
        }
    }
}
