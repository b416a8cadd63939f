using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Refuses <c>__schema</c> and <c>__type</c> where introspection is switched off.</summary>
internal sealed class IntrospectionAllowedRule(ValidationContext context, bool isAllowed) : ValidationRule(context)
{
    public override void EnterField(FieldNode node)
    {
        if (!isAllowed && node.Name is ("__schema" or "__type"))
        {
            Context.Report(ErrorCodes.IntrospectionDisabled, $"GraphQL introspection has been disabled, but the requested query contained the field \"{node.Name}\".", node);
        }
    }
}
