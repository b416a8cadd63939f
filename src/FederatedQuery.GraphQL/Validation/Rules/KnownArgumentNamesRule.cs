using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Argument names (spec section 5.4.1).</summary>
internal sealed class KnownArgumentNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterArgument(ArgumentNode node)
    {
        if (Context.Argument is not null)
        {
            return;
        }

        if (Context.Directive is { } directive)
        {
            var hint = Suggestions.DidYouMean(null, Suggestions.For(node.Name, directive.Arguments.Select(argument => argument.Name)));
            Context.Report($"Unknown argument \"{node.Name}\" on directive \"@{directive.Name}\".{hint}", node);
        }
        else if (Context is { Field: { } field, ParentType: { } parent })
        {
            var hint = Suggestions.DidYouMean(null, Suggestions.For(node.Name, field.Arguments.Select(argument => argument.Name)));
            Context.Report($"Unknown argument \"{node.Name}\" on field \"{parent}.{field.Name}\".{hint}", node);
        }
    }
}
