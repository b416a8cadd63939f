using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.2.3.1.</summary>
internal sealed class LoneAnonymousOperationRule(ValidationContext context) : ValidationRule(context)
{
    private int _operations;

    public override void EnterDocument(DocumentNode node) => _operations = node.Definitions.Count(definition => definition is OperationDefinitionNode);

    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (node.Name is null && _operations > 1)
        {
            Context.Report("This anonymous operation must be the only defined operation.", node);
        }
    }
}
