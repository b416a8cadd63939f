using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Required arguments (spec section 5.4.3).</summary>
internal sealed class ProvidedRequiredArgumentsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterField(FieldNode node)
    {
        if (Context.Field is not { } field)
        {
            return;
        }

        foreach (var argument in field.Arguments)
        {
            if (IsMissing(argument, node.Arguments))
            {
                Context.Report($"Argument \"{Context.ParentType}.{field.Name}({argument.Name}:)\" of type \"{argument.Type}\" is required, but it was not provided.", node);
            }
        }
    }

    public override void EnterDirective(DirectiveNode node, string location)
    {
        foreach (var argument in Context.Directive?.Arguments ?? [])
        {
            if (IsMissing(argument, node.Arguments))
            {
                Context.Report($"Argument \"@{node.Name}({argument.Name}:)\" of type \"{argument.Type}\" is required, but it was not provided.", node);
            }
        }
    }

    private static bool IsMissing(InputValueDefinition argument, ImmutableArray<ArgumentNode> given)
    {
        if (!argument.IsRequired)
        {
            return false;
        }

        foreach (var node in given)
        {
            if (node.Name == argument.Name)
            {
                return false;
            }
        }

        return true;
    }
}
