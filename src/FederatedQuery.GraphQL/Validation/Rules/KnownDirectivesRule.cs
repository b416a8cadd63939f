using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Directives are defined and in valid locations (spec sections 5.7.1 and 5.7.2).</summary>
internal sealed class KnownDirectivesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterDirective(DirectiveNode node, string location)
    {
        if (Context.Directive is not { } directive)
        {
            Context.Report($"Unknown directive \"@{node.Name}\".", node);
        }
        else if (!directive.Locations.Contains(location))
        {
            Context.Report($"Directive \"@{node.Name}\" may not be used on {location}.", node);
        }
    }
}
