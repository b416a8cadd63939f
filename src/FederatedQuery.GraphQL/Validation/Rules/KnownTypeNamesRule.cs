using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec sections 5.5.1.2 and 5.8.2.</summary>
internal sealed class KnownTypeNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterNamedType(NamedTypeNode node)
    {
        if (!Context.Schema.TryGetType(node.Name, out _))
        {
            var suggestions = Suggestions.For(node.Name, Context.Schema.Types.Select(type => type.Name));
            Context.Report($"Unknown type \"{node.Name}\".{Suggestions.DidYouMean(null, suggestions)}", node);
        }
    }
}
